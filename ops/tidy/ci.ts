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
