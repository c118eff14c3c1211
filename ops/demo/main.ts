import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openPlatform } from '../compose.ts';
import { PlainError } from '../plain-error.ts';
import { settingsOr } from '../settings.ts';
import { untilStopped } from '../until-stopped.ts';
import type { Demonstrator } from './people.ts';
import { callerOf, groupTitles, names, sentences } from './people.ts';

const help = `npm run demo

Fills the platform with two dozen people who talk, live, until Ctrl-C. It uses the one that
runs on PARLEY_PORT, or starts one itself. Every run brings new people.

  --messages N   stop by itself after N messages
  --help         this text`;

const { values } = parseArgs({
  options: { help: { type: 'boolean' }, messages: { type: 'string' } },
});
if (values.help) console.log(help);
else await demonstrate(Number(values.messages ?? Number.POSITIVE_INFINITY));

async function demonstrate(messagesMax: number): Promise<void> {
  const { config } = settingsOr(process.cwd());
  const running = `http://${config.host}:${config.port}`;
  const isThere = await fetch(`${running}/health/live`).then(
    ({ ok }) => ok,
    () => false,
  );
  if (!isThere) console.log('No platform runs: one is started for the demonstration.');
  await using own = new AsyncDisposableStack();
  const url = isThere ? running : own.use(await openPlatform(config)).url;
  const password = 'talk to me, please';
  const run = Date.now().toString(36);
  const people: Demonstrator[] = [];
  for (const [at, name] of names.entries()) {
    people.push(await callerOf(url, { name, email: `demo-${run}-${at}@example.org`, password }));
  }
  const [first] = people;
  if (!first) throw new PlainError('Nobody came to the demonstration.');
  const groups = await Promise.all(
    groupTitles.map((title, at) => people[at]?.createGroup(title, people)),
  );
  console.log(
    `${people.length} people talk in ${groups.length} groups on ${url}. Join them: log in with ` +
      `${first.email} and the password "${password}". Ctrl-C ends it.`,
  );
  const stopped = untilStopped().then(() => true);
  let sent = 0;
  for (; sent < messagesMax; sent += 1) {
    const who = people[Math.floor(Math.random() * people.length)] ?? first;
    const group = groups[sent % groups.length];
    const text = sentences[Math.floor(Math.random() * sentences.length)] ?? '…';
    if (group) await who.say(group, text, sent);
    if ((sent + 1) % 50 === 0) console.log(`${sent + 1} messages so far.`);
    if (await Promise.race([stopped, pause(Math.random() * 800, false)])) break;
  }
  console.log(`${sent} messages were said.${isThere ? '' : ' The platform started for it stops.'}`);
}
