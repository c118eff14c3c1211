import { randomUUID } from 'node:crypto';
import { openEmbeddedEventStore } from '../embedded.ts';

/**
 * A process to be killed: appends to the log at the path it is given, several at a time, and prints
 * the id and position of every event that was acknowledged.
 */
const store = await openEmbeddedEventStore({ path: process.argv[2] ?? '' });

await Promise.all(Array.from({ length: 8 }, (_, at) => appendForEver(`conversation-${at}`)));

async function appendForEver(stream: string): Promise<never> {
  for (;;) {
    const id = randomUUID();
    const data = Buffer.from(JSON.stringify({ text: id.repeat(20) }));
    const event = { id, type: 'message-sent', data, metadata: Buffer.from('{}') };
    const outcome = await store.append({ stream, expected: 'any', events: [event] });
    if (outcome.kind !== 'appended') throw new Error(`an append came to ${outcome.kind}`);
    process.stdout.write(`${id} ${outcome.position}\n`);
  }
}
