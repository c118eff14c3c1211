import { writeFileSync } from 'node:fs';
import {
  createGroup,
  eventually,
  openDevice,
  register,
  send,
  startPlatform,
} from '../../journeys/testing.ts';
import { attributeOf, openCollector } from './testing.ts';
import { waterfall } from './waterfall.ts';

/**
 * Draws a real trace into ops/docs/pictures, without the facts, which come later:
 * `node ops/observe/traces/draw.ts`.
 */
await using collector = await openCollector();
await using platform = await startPlatform({
  ...{ PARLEY_TRACES: collector.url, PARLEY_TRACES_RATIO: '1' },
});
const ada = await register(platform.url, 'Ada');
const bob = await register(platform.url, 'Bob');
const group = await createGroup(ada, [bob]);
const device = openDevice(platform.url, bob, bob.cursor);

/** Of the newest message: the API's three spans, its publishing, three workers, a frame. */
function newest() {
  const all = collector.spans();
  const sent = all.findLast((span) => attributeOf(span, 'parley.command') === 'send-message');
  return all.filter(({ traceId }) => traceId === sent?.traceId);
}

await until(() => device.cursor() !== bob.cursor); // what it missed makes no frame
for (let n = 1; n <= 10; n += 1) {
  await send(ada, group, `message ${n}`);
  await until(() => device.messages.size >= n && newest().length >= 8);
}
await device.stop();
const title = 'One message on the embedded machines: POST /graphql to frame';
writeFileSync(
  new URL('../../docs/pictures/trace.svg', import.meta.url),
  waterfall(title, newest()),
);

function until(so: () => boolean): Promise<void> {
  return eventually(() => {
    if (!so()) throw new Error('it is under way');
  }, 30_000);
}
