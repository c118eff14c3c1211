import type { ProcessTree, Program } from './process-tree.ts';

/** Each process of workers has some of them; every worker has a second who takes over. */
const mixes = ['relay,projector,facts', 'projector,courier,indexer', 'relay,courier,indexer,facts'];

/** The first lays out what all of them find then. */
export async function startWorkers(
  tree: ProcessTree,
  environment: Readonly<Record<string, string>>,
): Promise<readonly Program[]> {
  const start = (mix: string, at: number) =>
    tree.program({
      ...{ name: `workers ${at + 1}`, script: ['workers/main.ts'] },
      environment: { ...environment, PARLEY_WORKERS: mix },
    });
  const [first = '', ...others] = mixes;
  const leading = await start(first, 0);
  return [leading, ...(await Promise.all(others.map((mix, at) => start(mix, at + 1))))];
}
