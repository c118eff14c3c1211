import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('./serving.ts', import.meta.url));

/** A server in a process of its own, which is killed and comes back at the same port. */
export type ServedProcess = {
  readonly connectionString: string;
  kill(): Promise<void>;
  start(): Promise<void>;
};

export async function serveInProcess(path: string): Promise<ServedProcess> {
  let child: ChildProcess;
  let port = 0;
  const start = async (): Promise<void> => {
    const args = [program, path, `${port}`];
    child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    if (!child.stdout) throw new Error('the server has an output');
    const [printed] = await Promise.race([
      once(child.stdout, 'data'),
      once(child, 'exit').then(([code]) => Promise.reject(new Error(`no server: ${code}`))),
    ]);
    port = Number(`${printed}`);
  };
  await start();
  return {
    connectionString: `esdb://127.0.0.1:${port}?tls=false&defaultDeadline=60000`,
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
    start,
  };
}
