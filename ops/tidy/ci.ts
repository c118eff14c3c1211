import { root } from './sources.ts';
import { closeWith, helpOr, runSteps, staticSteps, vitestStep } from './steps.ts';

helpOr(
  'Everything that must hold: what npm run check runs, then the starts that a new user makes.',
);

const script = (name: string, ...args: string[]) =>
  [process.execPath, `${root}ops/launch.cjs`, `${root}${name}`, ...args] as const;

closeWith(
  await runSteps([
    ...staticSteps,
    vitestStep('specs', ['spec']),
    vitestStep('specs on real engines', ['int']),
    vitestStep('journeys', ['e2e']),
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
    {
      name: 'import of the archive in the repository',
      command: script('ops/tidy/import-and-compare.ts'),
    },
  ]),
);

function canCutTheNetwork(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0;
}
