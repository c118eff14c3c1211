import { setTimeout as pause } from 'node:timers/promises';
import type { Program } from '../../journeys/process-tree.ts';
import { signalAll } from '../platform.ts';
import type { Row } from '../row.ts';

const leak = new URL('../leak.ts', import.meta.url).href;

/** One of our own processes dies, stands still, grows too large, or is replaced. */
export const processRows: readonly Row[] = [
  {
    name: 'p1-killed-before-reply',
    says: 'both APIs are killed while the log has appends of theirs that were not answered',
    seconds: 1,
    linked: true,
    looks: ['topic'],
    deed: async ({ stage, lasts }) => {
      const link = stage.link('apis-event-store');
      link.set({ holds: true }, ['back']);
      await lasts(); // stored, not answered
      link.set({ holds: true });
      await lasts(); // nor stored
      await Promise.all(stage.apis.map((api) => api.kill()));
      link.reset();
      link.set({});
      await Promise.all(stage.apis.map((api) => api.start()));
      return [];
    },
  },
  {
    name: 'p2-killed-before-commit',
    says: 'workers are killed one after the other, with what they do under way for long',
    seconds: 3,
    linked: true,
    looks: ['topic', 'search', 'figures'],
    deed: async ({ stage, lasts }) => {
      stage.link('workers-redis').set({ delayMs: 100, jitterMs: 100 });
      stage.link('workers-clickhouse').set({ delayMs: 200 });
      stage.link('workers-postgres').set({ delayMs: 10, jitterMs: 20 });
      for (const worker of stage.workers) {
        await lasts();
        await worker.kill();
        await worker.start();
      }
      for (const name of ['redis', 'clickhouse', 'postgres'] as const) {
        stage.link(`workers-${name}`).set({});
      }
      return [];
    },
  },
  {
    name: 'p4-paused-leader',
    says: 'the process that leads stands still, another takes over, and it wakes up',
    seconds: 15,
    looks: ['topic', 'figures'],
    deed: async ({ stage, lasts }) => {
      const [leader] = stage.workers; // the first that there was
      const pids = pidsOf(leader);
      signalAll(pids, 'SIGSTOP');
      await lasts().finally(() => signalAll(pids, 'SIGCONT'));
      return [];
    },
  },
  {
    name: 'p5-out-of-memory',
    says: 'a process of workers runs out of memory, and is started again when it has ended',
    seconds: 0,
    linked: true,
    environment: { NODE_OPTIONS: `--max-old-space-size=192 --import=${leak}` },
    looks: ['figures', 'search'],
    deed: async ({ stage }) => {
      stage.link('workers-clickhouse').set({ delayMs: 200 });
      const broken: string[] = [];
      for (const worker of stage.workers) {
        signalAll(pidsOf(worker), 'SIGUSR2');
        const until = performance.now() + endsWithinMs;
        while (worker.pid() !== null && performance.now() < until) await pause(20);
        if (worker.pid() !== null) broken.push(`${worker.name} did not end`);
        if (!worker.said().includes('heap out of memory')) broken.push(`${worker.name} had memory`);
        await worker.kill();
        await worker.start();
      }
      stage.link('workers-clickhouse').set({});
      return broken;
    },
  },
  {
    name: 'a1-rolling',
    says: 'every process is asked to stop and started again, one after the other',
    seconds: 1,
    looks: ['topic', 'search', 'figures'],
    deed: async ({ stage, lasts }) => {
      const broken: string[] = [];
      for (const program of [...stage.apis, ...stage.workers]) {
        const code = await program.stop();
        if (code !== 0) broken.push(`${program.name} ended with ${code}`);
        await program.start();
        await lasts(); // the balancer sees it again
      }
      return broken;
    },
  },
];

const endsWithinMs = 30_000;

function pidsOf(program: Program | undefined): readonly number[] {
  const pid = program?.pid() ?? null;
  return pid === null ? [] : [pid];
}
