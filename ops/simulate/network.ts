import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import type { DocumentNode, ExecutionResult } from 'graphql';
import { parse } from 'graphql';
import type { WebSocket } from 'ws';
import type { UserId } from '../../domain/ids.ts';
import type { Weather } from './faults.ts';
import type { SimulatedProcess } from './process.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

/** What people have between themselves and the platform. */
export type Network = {
  /** Null when no answer came, for whatever reason. */
  ask(viewer: UserId | null, request: Request): Promise<ExecutionResult | null>;
  /** Null when nobody takes the call. */
  connect(ears: Ears): Wire | null;
};

export type Request = {
  readonly text: string;
  readonly variables: Readonly<Record<string, unknown>>;
};

/** What a device hears of its socket. */
export type Ears = {
  readonly message: (text: string) => void;
  readonly closed: (code: number) => void; // once
};
/** The device's end of its socket. */
export type Wire = {
  send(text: string): void;
  /** The network is gone: the device notices at once, the platform perhaps much later. */
  cut(): void;
};

export type NetworkOptions = {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly weather: Weather;
  /** Those that let people in now. */
  readonly doors: () => readonly SimulatedProcess[];
};

const patienceMs = 15_000; // of somebody who waits for an answer

export function openNetwork(options: NetworkOptions): Network {
  const documents = new Map<string, DocumentNode>();
  const documentOf = (text: string): DocumentNode => {
    const known = documents.get(text) ?? parse(text);
    documents.set(text, known);
    return known;
  };
  return {
    ask: (viewer, { text, variables }) => ask(viewer, documentOf(text), { ...options, variables }),
    connect: (ears) => connect(ears, options),
  };
}

function ask(
  viewer: UserId | null,
  document: DocumentNode,
  { scheduler, weather, random, doors, variables }: NetworkOptions & Pick<Request, 'variables'>,
): Promise<ExecutionResult | null> {
  return new Promise((resolve) => {
    const tired = scheduler.at(patienceMs, () => resolve(null));
    const answer = (result: ExecutionResult | null) => {
      tired();
      resolve(result);
    };
    const later = (result: ExecutionResult | null) =>
      scheduler.at(weather.delayMs(), () => answer(result));
    scheduler.at(weather.delayMs(), () => {
      const open = doors();
      const process = open.length > 0 ? random.pick(open) : null;
      const api = process?.api();
      if (!process || !api || weather.strikes('lost-request', 0.02)) return void later(null);
      const over = process.life.whenEnded(() => void later(null));
      const { schema, execute } = api.wired;
      const done = (result: ExecutionResult | null) => {
        over();
        later(weather.strikes('lost-request', 0.03) ? null : result);
      };
      execute({ schema, document, variableValues: { ...variables } }, viewer).then(
        (result) => done(JSON.parse(JSON.stringify(result))),
        (cause: Error) => done(JSON.parse(JSON.stringify({ errors: [cause] }))),
      );
    });
  });
}

const noticedLateMsMax = 20_000;

/** Both ends speak in order; a cut is noticed by each at its own time. */
function connect(
  { message, closed }: Ears,
  { scheduler, weather, random, doors }: NetworkOptions,
): Wire | null {
  const open = doors();
  if (open.length === 0) return null;
  const process = random.pick(open);
  const api = process.api();
  if (!api) return null;
  let isCut = false;
  const toDevice = inOrder((delayMs, run) => scheduler.at(delayMs, run), { scheduler, weather });
  const toPlatform = inOrder(process.life.inside, { scheduler, weather });
  const lose = (code: number): void => {
    if (isCut) return;
    isCut = true;
    closed(code);
  };
  const socket = openSocket({
    send: (text) =>
      toDevice(() => {
        if (!isCut) message(text);
      }),
    close: (code) => toDevice(() => lose(code)),
    ping: () =>
      toPlatform(() => {
        if (!isCut) socket.emit('pong');
      }),
    later: toPlatform,
  });
  process.life.whenEnded(() => void toDevice(() => lose(1006)));
  toPlatform(() => api.protocol.accept(socket as unknown as WebSocket, new PassThrough()));
  return {
    send: (text) =>
      toPlatform(() => {
        if (!isCut && socket.readyState === socket.OPEN) socket.emit('message', text);
      }),
    cut: () => {
      lose(1006);
      const noticedMs = random.chance(0.5) ? 0 : random.spread(10, noticedLateMsMax);
      process.life.inside(noticedMs, socket.terminate);
    },
  };
}

type Later = (delayMs: number, run: () => void) => () => void;

/** Nothing overtakes what was said before it. */
function inOrder(
  later: Later,
  { scheduler, weather }: Pick<NetworkOptions, 'scheduler' | 'weather'>,
): (run: () => void) => void {
  let arrivesMs = 0;
  return (run) => {
    arrivesMs = Math.max(arrivesMs, scheduler.now() + weather.delayMs());
    later(arrivesMs - scheduler.now(), run);
  };
}

type PlatformEnd = {
  readonly send: (text: string) => void;
  readonly close: (code: number) => void;
  readonly ping: () => void;
  readonly later: (run: () => void) => void;
};

/** What the platform takes for a socket of `ws`: as much of it as it uses. */
function openSocket({ send, close, ping, later }: PlatformEnd) {
  const socket = Object.assign(new EventEmitter(), {
    ...{ OPEN: 1, readyState: 1, bufferedAmount: 0, protocol: 'graphql-transport-ws' },
    send: (data: string | Buffer) => {
      if (socket.readyState === socket.OPEN) send(String(data));
    },
    close: (code = 1005) => {
      if (socket.readyState === socket.OPEN) end(code);
    },
    terminate: () => {
      if (socket.readyState === socket.OPEN) end(1006);
    },
    ping,
  });
  const end = (code: number): void => {
    socket.readyState = 3;
    close(code);
    later(() => socket.emit('close', code, ''));
  };
  return socket;
}
