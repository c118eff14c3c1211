import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export type Asked = { readonly after: string; readonly weigh: boolean };

/** What the platform holds at a moment. */
export type Look = {
  readonly head: string; // position of the newest event
  readonly types: Readonly<Record<string, number>>; // of the events after the position asked
  readonly halves: number; // accounts that are reserved and have no event
  readonly heapBytes: number; // after a collection; 0 unless it was to be weighed
  readonly sockets: number;
  readonly devices: number;
  readonly connections: number; // TCP, those of the tables included
};

export type Target = {
  readonly url: string;
  /** Events after a position, and what is held; weighing it takes a collection. */
  look(asked: Asked): Promise<Look>;
  /** What it wrote on standard error since it was asked last. */
  logged(): string;
  /** How it ended, when it did by itself. */
  ended(): string | null;
  [Symbol.asyncDispose](): Promise<void>;
};

/** Allowances are wide, so that what is tried is met by what forbids it and not by a limit. */
const wide = {
  ...{ PARLEY_COST_PER_MINUTE: '2000000000', PARLEY_FRAMES_PER_SECOND: '2500' },
  ...{ PARLEY_ACCESS_TOKEN_MINUTES: '1440', PARLEY_LOG_LEVEL: 'info', PARLEY_PORT: '0' },
};

const hungAfterMs = 45_000; // for a question that takes milliseconds

/** The platform as a process of its own on a fresh folder. */
export async function startTarget(): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-hostile-'));
  const child = fork(fileURLToPath(new URL('platform.ts', import.meta.url)), [], {
    cwd: folder,
    env: { ...process.env, ...wide, PARLEY_DATA: folder },
    execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning'],
    silent: true,
  });
  let logged = '';
  let ended: string | null = null;
  child.stderr?.on('data', (text) => {
    logged += String(text);
  });
  child.once('exit', (code, signal) => {
    ended ??= `the platform ended (${signal ?? code})`;
  });
  const { url } = await answerOf<{ readonly url: string }>(child, () => logged);
  return {
    url,
    look: async (asked) => {
      const answered = answerOf<Look>(child, () => logged);
      if (child.connected) child.send(asked);
      const hung = setTimeout(() => {
        ended ??= 'the platform hung';
        child.kill('SIGKILL');
      }, hungAfterMs);
      return answered.finally(() => clearTimeout(hung));
    },
    logged: () => {
      const said = logged;
      logged = '';
      return said;
    },
    ended: () => ended,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The next thing it tells; rejects with what it wrote when it ends instead. */
function answerOf<Told>(child: ChildProcess, logged: () => string): Promise<Told> {
  return new Promise((resolve, reject) => {
    const gone = () => reject(new Error(`the platform ended: ${logged().slice(-2_000)}`));
    child.once('exit', gone);
    child.once('message', (told) => {
      child.off('exit', gone);
      resolve(told as Told);
    });
  });
}
