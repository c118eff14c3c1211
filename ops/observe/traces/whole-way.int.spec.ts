import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Platform } from '../../compose.ts';
import type { Caller } from '../../journeys/testing.ts';
import {
  ask,
  createGroup,
  eventually,
  openDevice,
  register,
  send,
  startPlatform,
} from '../../journeys/testing.ts';
import type { Collector, ExportedSpan } from './testing.ts';
import { attributeOf, openCollector } from './testing.ts';

const planted = 'Quetzalcoatl'; // in everything that people may write here

describe('the traces of a platform on which people talk', () => {
  let collector: Collector;
  let platform: Platform;
  let ada: Caller;
  let bob: Caller;
  let group = '';
  beforeAll(async () => {
    collector = await openCollector();
    platform = await startPlatform({ PARLEY_TRACES: collector.url, PARLEY_TRACES_RATIO: '1' });
    ada = await register(platform.url, `Ada ${planted}`);
    bob = await register(platform.url, `Bob ${planted}`);
    group = await createGroup(ada, [bob], planted);
  });
  afterAll(async () => {
    await platform[Symbol.asyncDispose]();
    await collector[Symbol.asyncDispose]();
  });

  /** The trace of the newest command of this kind, once all of these are in it. */
  async function traceOf(command: string, names: readonly string[]) {
    const found: ExportedSpan[] = [];
    await eventually(() => {
      const all = collector.spans();
      const of = all.findLast((span) => attributeOf(span, 'parley.command') === command);
      found.splice(0, found.length, ...all.filter(({ traceId }) => traceId === of?.traceId));
      expect(found.map(shown).sort()).toEqual([...names].sort());
    });
    return found;
  }

  it('show the whole way of a message, each part under what set it off', async () => {
    const device = openDevice(platform.url, bob, bob.cursor);
    await eventually(() => expect(device.cursor()).not.toBe(bob.cursor)); // it has caught up
    await send(ada, group, `${planted} says hello`);
    await eventually(() => expect(device.messages.size).toBe(1));
    const trace = await traceOf('send-message', [
      ...['POST /graphql', 'command', 'append', 'publish', 'frame'],
      ...['process courier', 'process indexer', 'process projector'],
    ]);
    await device.stop();
    const parent = ({ parentSpanId }: ExportedSpan) =>
      trace.find(({ spanId }) => spanId === parentSpanId)?.name ?? null;
    expect(Object.fromEntries(trace.map((span) => [span.name, parent(span)]))).toEqual({
      'POST /graphql': null,
      ...{ command: 'POST /graphql', append: 'command', publish: 'command' },
      ...{ process: 'publish', frame: 'publish' },
    });
    const outcomes = trace.map((span) => [span.name, attributeOf(span, 'parley.outcome')]);
    expect(Object.fromEntries(outcomes)).toEqual({
      ...{ 'POST /graphql': 'ok', command: 'ok', append: 'appended', publish: 'appended' },
      ...{ process: 'ok', frame: 'ok' },
    });
  });

  it('hold no text and no name of anybody', async () => {
    await ask(platform.url, `query Greeting { person(id: "${ada.id}") { name } }`, ada).catch(
      () => undefined,
    );
    await expect(ask(platform.url, `{ ${planted} }`)).rejects.toThrow('BAD_INPUT');
    await eventually(() => expect(collector.text()).toContain('Greeting'));
    expect(collector.text()).not.toContain(planted);
    for (const { id } of [ada, bob, { id: group }]) expect(collector.text()).not.toContain(id);
  });
});

function shown(span: ExportedSpan): string {
  const group = attributeOf(span, 'messaging.consumer.group.name');
  return group === undefined ? span.name : `${span.name} ${group}`;
}
