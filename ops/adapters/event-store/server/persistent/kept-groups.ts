import { z } from 'zod';
import { systemEvent } from '../../embedded/rules.ts';
import type { Engine } from '../../engine.ts';
import { exhausted, Refused } from '../refusals.ts';
import type { Definition } from './definition.ts';
import { definition } from './definition.ts';
import { keepNewest, newestData } from './own-streams.ts';

/** The newest event of this stream holds all groups, as in EventStoreDB. */
const stream = '$persistentSubscriptionConfig';

const config = z.object({ version: z.literal(1), entries: z.array(definition) });

/** Throws when the stream holds something else. */
export function readGroups(engine: Engine): readonly Definition[] {
  const data = newestData(engine, stream);
  if (!data) return [];
  try {
    return config.parse(JSON.parse(Buffer.from(data).toString('utf8'))).entries;
  } catch (cause) {
    const advice = 'Append the newest sound event of that stream to it once more.';
    throw new Error(`The groups in ${stream} cannot be read. ${advice}`, { cause });
  }
}

/** Durable when it resolves. */
export async function writeGroups(engine: Engine, entries: readonly Definition[]): Promise<void> {
  await keepNewest(engine, stream, 5);
  const data = Buffer.from(JSON.stringify({ version: 1, entries }));
  const event = systemEvent('$PersistentConfig', data);
  const outcome = await engine.append({ stream, expected: 'any', events: [event] });
  if (outcome.kind === 'appended') return;
  throw new Refused(exhausted(`The groups together do not fit into one event of ${stream}.`));
}
