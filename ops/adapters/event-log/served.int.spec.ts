import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { serveRpc } from '../../rpc/server.ts';
import { eventLogContract } from './contract.ts';
import { openEmbeddedEventLog } from './embedded.ts';
import { serveEventLog } from './serve.ts';
import { openServedEventLog } from './served.ts';
import { take, topicOf } from './testing/reading.ts';

function newFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'parley-log-'));
  return { folder, socket: join(folder, 'engines.sock') };
}

eventLogContract('served by another process', async () => {
  const { folder, socket } = newFolder();
  let nowMs = 0;
  const held = openEmbeddedEventLog({ path: join(folder, 'log.db'), now: () => nowMs });
  const server = await serveRpc(socket, serveEventLog(held));
  const log = openServedEventLog({ path: socket });
  return {
    log,
    pass: (ms) => {
      nowMs += ms;
    },
    dispose: async () => {
      await log[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
      await held[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});

describe('a consumer of a log whose process restarts', () => {
  it('joins again by itself and misses nothing', async () => {
    const { folder, socket } = newFolder();
    const open = async () => {
      const held = openEmbeddedEventLog({ path: join(folder, 'log.db'), now: Date.now });
      const server = await serveRpc(socket, serveEventLog(held));
      return {
        close: async () => {
          await server[Symbol.asyncDispose]();
          await held[Symbol.asyncDispose]();
        },
      };
    };
    let host = await open();
    await using log = openServedEventLog({ path: socket, retryDelayMs: 10 });
    const topic = await topicOf(log, { partitions: 1 });
    const append = (value: string) =>
      log.append({ topic, epoch: 1, records: [{ key: 'a', value }] });
    await append('before');
    const found: string[] = [];
    await take(log, { topic, group: 'g' }, async (batch) => {
      found.push(...batch.records.map(({ value }) => value));
      await batch.commit();
      if (found.length === 1) {
        await host.close();
        host = await open();
        await append('after');
      }
      return found.length < 2;
    });
    expect(found).toEqual(['before', 'after']);
    await host.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('says in a sentence that nobody answers, in time', async () => {
    const { folder, socket } = newFolder();
    await using log = openServedEventLog({ path: socket });
    expect(await log.health()).toEqual({
      ok: false,
      reason: 'the process that holds the engines does not answer',
    });
    rmSync(folder, { recursive: true, force: true });
  });
});
