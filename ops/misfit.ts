/**
 * Why a server and its address do not fit, where that shows: waiting mends none of it. `hung-up`
 * and `mute` are what plain text and TLS get from each other, and may be other things too.
 */
export type Misfit =
  | 'authority'
  | 'host'
  | 'expired'
  | 'not-tls'
  | 'wants-tls'
  | 'login'
  | 'hung-up'
  | 'mute';

/** An address that an operator wrote, for sentences about it: nothing secret is in it. */
export type Written = {
  readonly server: string; // The Redis at localhost:6379
  readonly option: string; // where the address stands
  readonly tls: boolean; // whether it asks for TLS
  readonly plain: string; // how it would be written without, and with
  readonly secure: string;
  readonly authority?: string; // where one of your own is named; Node's variable unless told
};

/** Of an address whose scheme says whether it asks for TLS. */
export function writtenAs(
  url: URL,
  says: Pick<Written, 'option' | 'plain' | 'secure'> & { readonly name: string },
): Written {
  const { name, ...written } = says;
  const tls = `${url.protocol}//` === says.secure;
  return { ...written, server: `The ${name} at ${url.host}`, tls };
}

/** Looks at a failure and at those that it was made from; null where nothing of it is known. */
export function misfitOf(cause: unknown): Misfit | null {
  for (const failure of failuresIn(cause)) {
    const found = byWords(failure.message) ?? byCode.get(codeOf(failure));
    if (found) return found;
  }
  return null;
}

/** Whether it will stay so until somebody mends it, for certain. */
function isLasting(cause: unknown): boolean {
  const misfit = misfitOf(cause);
  return misfit !== null && misfit !== 'hung-up' && misfit !== 'mute';
}

/** The sentence about what will stay so; null for what may pass. */
export function lastingSentence(cause: unknown, written: Written): string | null {
  return isLasting(cause) ? misfitSentence(cause, written) : null;
}

/** One sentence with the next step; null where the address cannot be the reason. */
export function misfitSentence(cause: unknown, written: Written): string | null {
  const misfit = misfitOf(cause);
  if (misfit === null) return null;
  const { server, option, tls, plain, secure } = written;
  const { authority = 'NODE_EXTRA_CA_CERTS' } = written;
  const hint = tls ? `if it has no TLS, write ${plain}` : `if it wants TLS, write ${secure}`;
  const [what, next] = {
    authority: [
      'its certificate is of an authority that we do not know',
      `name the file of that authority in ${authority}, or mend ${option}`,
    ],
    host: [
      'its certificate is for another host',
      `write a host that stands in the certificate into ${option}`,
    ],
    expired: [
      'its certificate is not valid today',
      `renew it on the server that ${option} names, or set the clock of this machine`,
    ],
    login: [
      'it refuses our login',
      `mend user and password in ${option}, with %-encoding for special characters`,
    ],
    'not-tls': ['it does not speak TLS', `write ${plain} in ${option}, or give it TLS`],
    'wants-tls': ['it wants TLS', `write ${secure} in ${option}`],
    'hung-up': ['it hangs up', `start it, or mend ${option}; ${hint}`],
    mute: ['it says nothing', `start it, or mend ${option}; ${hint}`],
  }[misfit] as [string, string];
  return `${server} cannot be used (${what}): ${next}.`;
}

const byCode: ReadonlyMap<string, Misfit> = new Map<string, Misfit>([
  ['SELF_SIGNED_CERT_IN_CHAIN', 'authority'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'authority'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'authority'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'authority'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'authority'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'host'],
  ['CERT_HAS_EXPIRED', 'expired'],
  ['CERT_NOT_YET_VALID', 'expired'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'not-tls'],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'not-tls'],
  ['ECONNRESET', 'hung-up'],
  ['EPIPE', 'hung-up'],
  ['401', 'login'], // over HTTP
  ['access-denied', 'login'], // EventStoreDB
  ['28P01', 'login'], // Postgres
  ['28000', 'login'],
  ['InvalidAccessKeyId', 'login'], // S3
  ['SignatureDoesNotMatch', 'login'],
  ['SASL_AUTHENTICATION_FAILED', 'login'], // Kafka
]);

/** Of libraries that keep no codes. */
const words: readonly (readonly [RegExp, Misfit])[] = [
  [/unable to verify the first certificate|self-signed certificate|local issuer/, 'authority'],
  [/does not match certificate's altnames/, 'host'],
  [/certificate has expired|certificate is not yet valid/, 'expired'],
  [/wrong version number|packet length too long|does not support SSL/, 'not-tls'],
  [/no encryption\b/, 'wants-tls'],
  [/^(WRONGPASS|NOAUTH|ERR AUTH)\b|\bSASL\b.* authentication failed/i, 'login'],
  [/socket hang up|other side closed|ECONNRESET|disconnected before secure TLS/, 'hung-up'],
  [/closed connection|connection closed|connection is closed/i, 'hung-up'],
  [/\b401 Unauthorized\b/, 'login'],
  [/no answer within/, 'mute'],
];

function byWords(message: string): Misfit | null {
  return words.find(([pattern]) => pattern.test(message))?.[1] ?? null;
}

const depthMax = 6;

function* failuresIn(cause: unknown, depth = 0): Generator<Error> {
  if (!(cause instanceof Error) || depth > depthMax) return;
  yield cause;
  const { originalError, errors } = cause as Error & Nested;
  for (const below of [cause.cause, originalError, ...(errors ?? [])]) {
    yield* failuresIn(below, depth + 1);
  }
}

/** Where libraries put what a failure was made from. */
type Nested = { readonly originalError?: unknown; readonly errors?: readonly unknown[] };

function codeOf(failure: Error): string {
  const { code, apiId, type, statusCode } = failure as Error & Readonly<Record<string, unknown>>;
  if (statusCode === 401) return '401';
  return [code, apiId, type].filter((name) => typeof name === 'string').at(-1) ?? '';
}
