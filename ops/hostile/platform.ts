import { setTimeout as pause } from 'node:timers/promises';
import { openPlatform } from '../compose.ts';
import { settingsOr } from '../settings.ts';
import type { Asked, Look } from './target.ts';

/**
 * The platform as a process of its own that tells, when it is asked, what it holds: started with
 * the collector at hand, and by nobody but `target.ts`.
 */
const platform = await openPlatform(settingsOr(process.cwd()).config);
const { eventStore, tables } = platform.machines;
process.send?.({ url: platform.url });
process.on('message', async (asked: Asked) => process.send?.(await look(asked)));
process.once('SIGTERM', async () => {
  await platform[Symbol.asyncDispose]();
  process.exit(0);
});

async function look({ after, weigh }: Asked): Promise<Look> {
  const head = await eventStore.head();
  if (weigh) await platform.progress.waitFor(head, { timeoutMs: 30_000 });
  const types: Record<string, number> = {};
  for await (const page of eventStore.readAll({ after: BigInt(after) })) {
    for (const { type } of page) types[type] = (types[type] ?? 0) + 1;
  }
  const [halves] = await tables.query<{ count: string }>({
    name: 'half-registered',
    text: 'select count(*) from access.account where not registered',
    values: [],
  });
  return {
    ...{ head: head.toString(), types, halves: Number(halves?.count ?? 0) },
    ...{ heapBytes: weigh ? await heapBytes() : 0, sockets: platform.stats().sockets },
    ...{ devices: platform.stats().devices, connections: connections() },
  };
}

/** What is reachable, after what was only just dropped has gone as well. */
async function heapBytes(): Promise<number> {
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc?.();
    await pause(10);
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function connections(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
}
