import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PlainError } from '../../plain-error.ts';
import { isProcessAlive } from '../../process-alive.ts';
import type { Cluster } from './postgres-files.ts';
import { binariesFolder, flushFolder, giveTo, layOut, ownerOf } from './postgres-files.ts';

/** A Postgres that we made and started. */
export type PostgresProcess = {
  readonly socketFolder: string;
  readonly password: string;
  readonly passwordFile: string;
  /** Resolves when the server is gone, whoever ended it. */
  readonly exited: Promise<void>;
  stop(): Promise<void>;
};

/** How the server's programs are run: Postgres refuses to work for root. */
type Runner = { program: string; before: readonly string[]; options: SpawnOptions };

export const databaseUser = 'parley';
const readyWithinMs = 60_000;
const fastStopMs = 8_000;

/** How a server is started, beside its folder. */
export type PostgresOptions = {
  /** Of the server before, so that whoever works on it finds this one; a fresh one unless told. */
  readonly socketFolder?: string | undefined;
  /** Settings besides or instead of ours. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
};

/**
 * Makes the cluster if it is missing, ends an orphan of a killed start, and starts the server. A
 * start that fails leaves no socket folder of its own behind.
 */
export async function startPostgres(
  folder: string,
  { socketFolder, settings = {} }: PostgresOptions = {},
): Promise<PostgresProcess> {
  if (socketFolder !== undefined) return startOn(folder, { socketFolder, settings });
  const fresh = mkdtempSync(join(tmpdir(), 'parley-pg-'));
  try {
    return await startOn(folder, { socketFolder: fresh, settings });
  } catch (cause) {
    rmSync(fresh, { recursive: true, force: true });
    throw cause;
  }
}

type On = {
  readonly socketFolder: string;
  readonly settings: Readonly<Record<string, string>>;
};

async function startOn(folder: string, { socketFolder, settings }: On): Promise<PostgresProcess> {
  const native = binariesFolder();
  const cluster = layOut(folder);
  const runner = chooseRunner(folder, native);
  if (cluster.isNew) initialise(runner, { native, cluster });
  await endOrphan(cluster);
  if (runner.options.uid !== undefined && runner.options.gid !== undefined) {
    giveTo(socketFolder, { uid: runner.options.uid, gid: runner.options.gid });
  }
  const child = launch(runner, { native, cluster, socketFolder, settings });
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  await untilReady(child, { cluster, socketFolder });
  return {
    socketFolder,
    password: readFileSync(cluster.passwordFile, 'utf8'),
    passwordFile: cluster.passwordFile,
    exited,
    stop: async () => {
      child.kill('SIGINT');
      await Promise.race([exited, pause(fastStopMs, undefined, { ref: false })]);
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGQUIT');
      await exited;
      rmSync(socketFolder, { recursive: true, force: true });
    },
  };
}

/**
 * As we are, when we are not root. As root: as the folder's owner or as nobody, where that account
 * can reach the binaries and the folder; else in a user namespace in which we are not root.
 */
function chooseRunner(folder: string, native: string): Runner {
  const program = (name: string) => join(native, 'bin', name);
  if (process.getuid?.() !== 0) return { program: '', before: [], options: {} };
  const account = ownerOf(folder) ?? { uid: 65_534, gid: 65_534 };
  giveTo(folder, account);
  const words = ['-c', 'cd "$1" && "$2" --version', 'sh', folder, program('postgres')];
  const reach = spawnSync('/bin/sh', words, { ...account, cwd: '/' });
  if (reach.status === 0) return { program: '', before: [], options: account };
  giveTo(folder, { uid: 0, gid: 0 });
  const inside = ['--user', '--map-user=1000', '--map-group=1000'];
  const works = spawnSync('unshare', [...inside, program('postgres'), '--version']);
  if (works.status === 0) return { program: 'unshare', before: inside, options: {} };
  throw new PlainError(
    `Postgres does not run as root, and no other account can reach ${folder}: start Parley as an ` +
      'ordinary user, or name a data folder that everybody can enter with PARLEY_DATA.',
  );
}

function commandOf(runner: Runner, program: string, args: readonly string[]) {
  if (runner.program === '') return { program, args: [...args] };
  return { program: runner.program, args: [...runner.before, program, ...args] };
}

function initialise(
  runner: Runner,
  { native, cluster }: { native: string; cluster: Cluster },
): void {
  const unfinished = `${cluster.data}.new`; // a start that is killed here leaves only this
  const { program, args } = commandOf(runner, join(native, 'bin', 'initdb'), [
    ...['-D', unfinished, '-U', databaseUser, '--pwfile', cluster.passwordFile],
    ...['--auth=scram-sha-256', '--encoding=UTF8', '--no-instructions'],
    ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
  ]);
  rmSync(unfinished, { recursive: true, force: true });
  const done = spawnSync(program, args, { ...runner.options, encoding: 'utf8' });
  if (done.status === 0) {
    renameSync(unfinished, cluster.data);
    for (const above of [dirname(cluster.data), dirname(dirname(cluster.data))]) flushFolder(above);
    return;
  }
  rmSync(unfinished, { recursive: true, force: true });
  const reason = `${done.stderr ?? ''}${done.error?.message ?? ''}`.trim().split('\n').at(-1);
  throw new PlainError(
    `Postgres cannot make its folder ${cluster.data} (${reason}): make room, mend the folder’s ` +
      'owner or mode, or name another one with PARLEY_DATA.',
  );
}

function launch(
  runner: Runner,
  {
    native,
    cluster,
    socketFolder,
    settings,
  }: On & { readonly native: string; readonly cluster: Cluster },
): ChildProcess {
  const all: Readonly<Record<string, string>> = {
    listen_addresses: '',
    unix_socket_directories: socketFolder,
    fsync: 'on',
    full_page_writes: 'on',
    shared_buffers: '128MB',
    max_connections: '200',
    max_wal_size: '2GB',
    jit: 'off',
    // One that lost a process of its own ends and is started again by whoever keeps it: restarting
    // within itself, it was seen to wait for ever after flushes had failed.
    restart_after_crash: 'off',
    // Nothing personal in the log: no statements, no values, no details.
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
    log_parameter_max_length: '0',
    log_parameter_max_length_on_error: '0',
    log_checkpoints: 'off',
    ...settings,
  };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const { program, args } = commandOf(runner, join(native, 'bin', 'postgres'), [
    ...['-D', cluster.data],
    ...flags,
  ]);
  const log = openSync(cluster.logFile, 'a');
  // A session of its own: a Ctrl-C in the terminal must not end the server before us.
  const child = spawn(program, args, {
    ...runner.options,
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  return child;
}

/** A killed start leaves its server behind: that one, on this very folder, is stopped. */
async function endOrphan({ data }: Cluster): Promise<void> {
  const pid = runningOn(data);
  if (pid === null) return;
  process.kill(pid, 'SIGINT');
  for (let waitedMs = 0; waitedMs < fastStopMs; waitedMs += 50) {
    if (!isProcessAlive(pid)) return;
    await pause(50);
  }
  process.kill(pid, 'SIGQUIT');
  await pause(500);
  if (isProcessAlive(pid)) {
    throw new PlainError(`A Postgres (process ${pid}) holds ${data} and does not stop: end it.`);
  }
}

function runningOn(data: string): number | null {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return null;
  const [first = '', folder = ''] = readFileSync(file, 'utf8').split('\n');
  const pid = Number(first);
  if (!Number.isInteger(pid) || folder !== data || !isProcessAlive(pid)) return null;
  return isPostgres(pid, data) ? pid : null;
}

/** Another program may have the number by now. */
function isPostgres(pid: number, data: string): boolean {
  const commandLine = `/proc/${pid}/cmdline`;
  if (!existsSync(commandLine)) return process.platform !== 'linux';
  const words = readFileSync(commandLine, 'utf8').split('\0');
  return words.some((word) => word.endsWith('postgres')) && words.includes(data);
}

async function untilReady(
  child: ChildProcess,
  { cluster, socketFolder }: { cluster: Cluster; socketFolder: string },
): Promise<void> {
  const pidFile = join(cluster.data, 'postmaster.pid');
  for (let waitedMs = 0; waitedMs < readyWithinMs; waitedMs += 20) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    const text = existsSync(pidFile) ? readFileSync(pidFile, 'utf8') : '';
    const isOurs = text.startsWith(`${child.pid}\n`); // a killed one leaves its own file behind
    if (isOurs && /^ready\s*$/m.test(text) && text.includes(socketFolder)) return;
    await pause(20);
  }
  child.kill('SIGQUIT');
  const said = existsSync(cluster.logFile) ? readFileSync(cluster.logFile, 'utf8') : '';
  const reason = said
    .trim()
    .split('\n')
    .filter((line) => /FATAL|PANIC|ERROR/.test(line))
    .at(-1)
    ?.replace(/^.*?(?=FATAL|PANIC|ERROR)/, '');
  throw new PlainError(
    `Postgres did not start on ${cluster.data} (${reason ?? 'it said nothing'}). Its own words ` +
      `are in ${cluster.logFile}: free the disk, or restore the data folder from your backup.`,
  );
}
