import { setTimeout as pause } from 'node:timers/promises';
import { lackOfServers } from '../stack/every-server.ts';
import { haproxyBefore } from '../stack/haproxy.ts';
import type { Look } from './afterwards.ts';
import { looks } from './afterwards.ts';
import type { Fault } from './fault.ts';
import type { Stage } from './on-servers.ts';
import type { Device } from './recorder/device.ts';
import type { Ended } from './recorder/final-reads.ts';
import { holdRound } from './round.ts';

/** What a row does its worst with, while people talk. */
export type Doing = {
  readonly stage: Stage;
  readonly devices: readonly Device[];
  /** Waits as long as the fault lasts. */
  lasts(): Promise<void>;
};

/** One row of the fault matrix, tried on real servers. */
export type Row = {
  readonly name: string; // its id in the matrix, and a word
  readonly says: string;
  readonly seconds: number; // how long the fault lasts unless told
  readonly linked?: boolean | undefined; // links of ours lie between programs
  readonly environment?: Readonly<Record<string, string>> | undefined; // of workers
  readonly looks?: readonly Look[] | undefined; // what is looked at besides the laws
  /** Does its worst and heals it; answers with what it saw that must not be, in words. */
  deed(doing: Doing): Promise<readonly string[]>;
};

const talksFirstMs = 2_000;

/** After healing, nobody is behind any more within this. */
const normalWithinMs = 15_000;

/** All rounds of a row on one platform: what one left behind, the next one meets. */
export function faultOf(row: Row): Fault {
  const { name, says, seconds, linked = false, environment = {} } = row;
  return {
    ...{ name, says, rounds: 1, missing: () => lackOfServers(haproxyBefore(['', ''])) },
    run: async (lab) => {
      const stage = await lab.stage({ linked, environment });
      const lasts = () => pause((lab.faultSeconds ?? seconds) * 1_000);
      for (let round = 1; round <= lab.rounds; round += 1) {
        const told = await holdRound({
          ...{ lab, name: `${name}-${round}`, place: () => stage, rebuild: false },
          caughtUpWithinMs: normalWithinMs,
          deed: async (recorder, devices) => {
            await pause(talksFirstMs);
            const broken = await row.deed({ stage, devices, lasts });
            return { what: says, atMs: recorder.nowMs(), broken };
          },
          afterwards: (ended) => lookedAt(row, ended),
        });
        lab.tell(told);
      }
    },
  };
}

async function lookedAt({ looks: names = [] }: Row, ended: Ended): Promise<readonly string[]> {
  const seen: string[] = [];
  for (const name of names) seen.push(...(await looks[name](ended)));
  return seen;
}
