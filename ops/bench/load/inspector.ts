import type { ChildProcess } from 'node:child_process';
import WebSocket from 'ws';

/** A CPU profile as V8 gives it. */
export type CpuProfile = {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number; // from 0
    };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[]; // microseconds
};

/** The debugger's protocol of a child started with --inspect: its profiler and its heap. */
export type Inspector = {
  startProfile(): Promise<void>;
  takeProfile(): Promise<CpuProfile>;
  collectGarbage(): Promise<void>;
  close(): void;
};

const samplingMicroseconds = 500;

export async function openInspector(child: ChildProcess): Promise<Inspector> {
  const socket = new WebSocket(await addressOf(child));
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const waiting = new Map<number, (result: unknown) => void>();
  let asked = 0;
  socket.on('message', (text) => {
    const { id, result } = JSON.parse(String(text));
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  const ask = (method: string, params: object = {}): Promise<unknown> => {
    asked += 1;
    const id = asked;
    socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve) => waiting.set(id, resolve));
  };
  return {
    startProfile: async () => {
      await ask('Profiler.enable');
      await ask('Profiler.setSamplingInterval', { interval: samplingMicroseconds });
      await ask('Profiler.start');
    },
    takeProfile: async () => ((await ask('Profiler.stop')) as { profile: CpuProfile }).profile,
    collectGarbage: async () => {
      await ask('HeapProfiler.collectGarbage');
    },
    close: () => socket.terminate(),
  };
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    let said: string | null = '';
    child.stderr?.on('data', (part) => {
      if (said === null) return void process.stderr.write(part);
      said += part;
      const address = /Debugger listening on (ws:\S+)/.exec(said)?.[1];
      if (!address) return;
      said = null;
      resolve(address);
    });
  });
}
