import http from 'node:http';
import https from 'node:https';
import { Client, S3Error } from 'minio';
import type { Guard } from '../../guard.ts';
import { openGuard } from '../../guard.ts';
import { lastingSentence } from '../../misfit.ts';
import { PlainError } from '../../plain-error.ts';
import { ObjectsUnavailable } from './port.ts';
import type { Written } from './s3-failures.ts';
import { isAway, plainly, S3Refusal, translated } from './s3-failures.ts';

export type S3ObjectsOptions = {
  /** s3(s)://key:secret@host:port/bucket?region=…&public=https://… */
  readonly url: string;
  /** How long a server may keep silent, before an answer and within one: 10,000 unless told. */
  readonly silenceMs?: number | undefined;
  /** Calls that wait for their answer: above this one more is refused; 200 unless told. */
  readonly waitingMax?: number | undefined;
};

/** A bucket of a server. */
export type S3Connection = {
  /** Asks once: what would not be the same when done twice. */
  once<Answer>(call: (client: S3Client) => Promise<Answer>): Promise<Answer>;
  /** Asks again where an answer is lost, three times in all: what may be done twice. */
  again<Answer>(call: (client: S3Client) => Promise<Answer>): Promise<Answer>;
  /** Signs links, for the address by which people reach the server. */
  readonly signing: S3Client;
  readonly bucket: string;
  readonly written: Written; // the address, without credentials
  readonly breaker: Guard['breaker'];
  readonly watchCalls: Guard['watchCalls'];
  [Symbol.dispose](): void;
};

/** The client, with one call that it keeps to its heirs. */
export class S3Client extends Client {
  partsOf(bucket: string, key: string, uploadId: string): ReturnType<Client['listParts']> {
    return this.listParts(bucket, key, uploadId);
  }
}

const againMax = 2;
const regionUsual = 'us-east-1';

/**
 * Connects, and looks whether the bucket can be used; rejects with a PlainError where not. A server
 * that is away stops nobody who starts.
 */
export async function connectS3({
  url,
  silenceMs = 10_000,
  waitingMax = 200,
}: S3ObjectsOptions): Promise<S3Connection> {
  const { protocol, host, pathname, searchParams } = new URL(url);
  const bucket = pathname.slice(1);
  const where = `${host}/${bucket}`;
  const isSecure = protocol === 's3s:';
  const written = {
    ...{ where, server: `The S3 at ${where}`, option: 'PARLEY_OBJECTS', tls: isSecure },
    ...{ plain: 's3://', secure: 's3s://' },
  };
  const agent = new (isSecure ? https : http).Agent({ keepAlive: true, maxSockets: waitingMax });
  const client = clientFor(url, { agent, transport: impatient(isSecure, silenceMs) });
  const publicly = searchParams.get('public');
  const signing = publicly === null ? client : clientFor(withPlace(url, publicly));
  const guard = openGuard({
    ...{ isAway, waitingMax, againMax, firstDelayMs: 100 },
    translate: (cause) => translated(cause, written),
    tooMuchWaits: () => new ObjectsUnavailable('too much waits for S3'),
  });
  try {
    await client.listObjectsV2Query(bucket, '', '', '', 1, '').catch(throwRefusal);
  } catch (cause) {
    const isMisfit = lastingSentence(cause, written) !== null; // waiting does not mend it
    if (!isAway(cause) || isMisfit) {
      agent.destroy();
      throw plainly(cause, written);
    }
  }
  return {
    once: (call) => guard.once(() => call(client).catch(throwRefusal)),
    again: (call) => guard.again(() => call(client).catch(throwRefusal)),
    ...{ signing, bucket, written, breaker: guard.breaker, watchCalls: guard.watchCalls },
    [Symbol.dispose]: () => agent.destroy(),
  };
}

type Carrier = { readonly agent: http.Agent; readonly transport: Transport };
type Transport = Pick<typeof http, 'request'>;

/** The client asks once: whether it is worth asking again is known here. */
function clientFor(url: string, carrier?: Carrier): S3Client {
  const { protocol, hostname, port, username, password, searchParams } = new URL(url);
  return new S3Client({
    endPoint: hostname,
    ...(port !== '' && { port: Number(port) }),
    useSSL: protocol === 's3s:',
    accessKey: decodeURIComponent(username),
    secretKey: decodeURIComponent(password),
    region: searchParams.get('region') ?? regionUsual, // never asked for: links are made offline
    pathStyle: true,
    retryOptions: { disableRetry: true },
    ...(carrier && { transport: carrier.transport, transportAgent: carrier.agent }),
  });
}

function withPlace(url: string, place: string): string {
  const shown = URL.canParse(place) ? new URL(place) : null;
  if (shown === null || !/^https?:$/.test(shown.protocol) || shown.pathname !== '/') {
    throw new PlainError(`PARLEY_OBJECTS has a wrong public address (${place}): https://host:port`);
  }
  const own = new URL(url);
  const scheme = shown.protocol === 'https:' ? 's3s' : 's3';
  return `${scheme}://${own.username}:${own.password}@${shown.host}${own.pathname}${own.search}`;
}

/**
 * Requests that end when the server keeps silent. The client reads no body of an answer after which
 * it might ask again, so that is read here: its connection would stay taken.
 */
function impatient(isSecure: boolean, silenceMs: number): Transport {
  const { request } = isSecure ? https : http;
  const asked = (options: https.RequestOptions, answered: (from: http.IncomingMessage) => void) => {
    const sent = request({ ...options, timeout: silenceMs }, (response) => {
      if (unread.has(response.statusCode ?? 0)) response.resume();
      answered(response);
    });
    return sent.on('timeout', () => sent.destroy(new Error(`no answer within ${silenceMs} ms`)));
  };
  return { request: asked as Transport['request'] };
}

const unread = new Set([408, 429, 499, 500, 502, 503, 504, 520]);

/** What the server said; anything else is as it was. */
function throwRefusal(cause: unknown): never {
  if (cause instanceof S3Error) {
    const { code = 'unknown' } = cause as { readonly code?: string };
    throw new S3Refusal(code, 400, cause.message);
  }
  const status = cause instanceof Error && /Retryable HTTP status: (\d+)/.exec(cause.message)?.[1];
  if (status) throw new S3Refusal('unknown', Number(status), `it answered ${status}`);
  throw cause;
}
