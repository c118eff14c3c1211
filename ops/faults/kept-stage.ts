import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EveryServer } from '../stack/every-server.ts';
import { openEveryServer } from '../stack/every-server.ts';
import type { Stage, Wanted } from './on-servers.ts';
import { startOnServers } from './on-servers.ts';

/**
 * One stage after another on the same servers: these take longest to start, and what a row left
 * behind the next one meets. A stage is started anew where one is wanted otherwise.
 */
export type KeptStage = {
  stage(code: string, wanted: Wanted): Promise<Stage>;
  end(): Promise<void>;
};

export function keepStage(): KeptStage {
  let on: { readonly servers: EveryServer; readonly data: string } | null = null;
  let last: { readonly key: string; readonly stage: Stage } | null = null;
  const leave = async (): Promise<void> => {
    const left = last;
    last = null;
    await left?.stage[Symbol.asyncDispose]();
  };
  return {
    stage: async (code, wanted) => {
      const key = JSON.stringify([code, wanted]);
      if (last?.key === key) return last.stage;
      await leave();
      on ??= {
        servers: await openEveryServer(),
        data: mkdtempSync(join(tmpdir(), 'parley-faults-data-')),
      };
      last = { key, stage: await startOnServers({ ...on, ...wanted, code }) };
      return last.stage;
    },
    end: async () => {
      await leave();
      const ended = on;
      on = null;
      if (!ended) return;
      await ended.servers[Symbol.asyncDispose]();
      rmSync(ended.data, { recursive: true, force: true });
    },
  };
}
