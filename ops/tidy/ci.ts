import { root } from './sources.ts';
import { closeWith, helpOr, runSteps, staticSteps } from './steps.ts';

helpOr(`The longer checks, beyond npm test: format, lint, types, import rules, real starts,
bad input, the simulation, and broken builds.`);

const script = (name: string, ...args: string[]) =>
  [process.execPath, `${root}ops/launch.cjs`, `${root}${name}`, ...args] as const;

closeWith(
  await runSteps([
    ...staticSteps,
    { name: 'start, answer, stop', command: script('ops/tidy/start-and-stop.ts') },
    {
      name: 'start with the network cut',
      command: [
        'unshare',
        '-n',
        'sh',
        '-c',
        `ip link set lo up; exec "$0" "$@"`,
        ...script('ops/tidy/start-and-stop.ts'),
      ],
      skip: canCutTheNetwork() ? undefined : 'no right to make a network namespace here',
    },
    { name: 'bad input', command: script('ops/hostile/main.ts', '--inputs', '10000') },
    {
      name: 'simulation of 200 seeds, each held against the laws',
      command: script('ops/simulate/main.ts', '--seeds', '200'),
    },
    // Each says itself, with the reason, when this machine lacks what it takes.
    ...[
      ['kill', '--rounds', '5'],
      ['power-cut', '--rounds', '3'],
      ['power-cut', '--rounds', '1', '--broken'],
      ['disk-full', '--rounds', '1'],
      ['flush-error', '--rounds', '1'],
      ['flipped-byte', '--rounds', '3'],
    ].map((args) => ({
      name: `fault: ${args.join(' ')}`,
      command: script('ops/faults/main.ts', ...args),
    })),
    {
      name: 'contracts and journeys on the servers of the stack',
      command: script('ops/tidy/test-stack.ts'),
    },
    {
      name: 'import of the archive in the repository',
      command: script('ops/tidy/import-and-compare.ts'),
    },
    {
      name: 'broken builds are noticed',
      command: script('ops/broken-builds/check-broken.ts'),
    },
  ]),
);

function canCutTheNetwork(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0;
}
