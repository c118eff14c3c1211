import type { Written as WrittenServer } from '../../misfit.ts';
import { misfitSentence } from '../../misfit.ts';
import { PlainError } from '../../plain-error.ts';
import { ObjectsUnavailable } from './port.ts';

/** With host and bucket, without credentials. */
export type Written = WrittenServer & { readonly where: string };

/** What a server said, as far as it said it: by its code, or else by its status. */
export class S3Refusal extends Error {
  override readonly name = 'S3Refusal';
  readonly code: string;
  readonly status: number;
  constructor(code: string, status: number, message: string) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

const passing = /^(SlowDown|ServiceUnavailable|InternalError|RequestTimeout|TooManyRequests)$/;

/** No connection, no answer in time, or a server that says it cannot now. */
export function isAway(cause: unknown): boolean {
  if (!(cause instanceof S3Refusal)) return true;
  return cause.status >= 500 || cause.status === 429 || passing.test(cause.code);
}

/** Whether it says that the key, or the upload, is not there. */
export function isAbsent(cause: unknown): boolean {
  return cause instanceof S3Refusal && /^(NoSuchKey|NoSuchUpload|NotFound)$/.test(cause.code);
}

/** Of a condition that does not hold, or of another who was asked at the same time. */
export function isThere(cause: unknown): boolean {
  return (
    cause instanceof S3Refusal &&
    /^(PreconditionFailed|ConditionalRequestConflict)$/.test(cause.code)
  );
}

/** As the port says it; what only an operator can mend is told with what it is. */
export function translated(cause: unknown, written: Written): unknown {
  const sentence = cause instanceof S3Refusal ? null : misfitSentence(cause, written);
  if (sentence !== null) return new ObjectsUnavailable(sentence, { cause });
  const { where } = written;
  if (isAway(cause)) {
    return new ObjectsUnavailable(`the S3 at ${where} does not answer`, { cause });
  }
  const what = whatIsWrong(cause);
  if (what === null) return cause;
  return new ObjectsUnavailable(`the S3 at ${where} refuses us: ${what}`, { cause });
}

/** What whoever starts is told. */
export function plainly(cause: unknown, written: Written): PlainError {
  const sentence = cause instanceof S3Refusal ? null : misfitSentence(cause, written);
  if (sentence !== null) return new PlainError(sentence);
  const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
  const what = whatIsWrong(cause) ?? `${reason}: mend its address`;
  return new PlainError(
    `${written.server} cannot be used (${what}): see PARLEY_OBJECTS, or set that to embedded to ` +
      'keep media in the data folder.',
  );
}

/** By the codes of S3, which all servers share. */
const mendable: Readonly<Record<string, string>> = {
  NoSuchBucket: 'its bucket is not there: make it, or mend the name',
  InvalidAccessKeyId: 'it does not know the key: mend it',
  SignatureDoesNotMatch: 'the secret is wrong: mend it, with %-encoding for its special characters',
  AccessDenied: 'the key may not use the bucket: give it reading, writing, deleting and listing',
  RequestTimeTooSkewed: 'its clock and ours differ by more than it allows: set both by NTP',
  AuthorizationHeaderMalformed: 'it wants another region: say it with ?region=',
  InvalidRegion: 'it wants another region: say it with ?region=',
};

function whatIsWrong(cause: unknown): string | null {
  if (!(cause instanceof S3Refusal)) return null;
  const what = mendable[cause.code];
  return what === undefined ? null : `${cause.code}: ${what}`;
}
