import type { Readable } from 'node:stream';
import type { Machine } from '../../guard.ts';

/**
 * Where media lie: bytes under a key, far too large for the log. People bring and fetch them by
 * links that are signed and run out, past our processes where a server of its own holds them.
 * Promises of every driver:
 * - what `put`, a form or `complete` answered for is held, also after a crash, and is seen whole or
 *   not at all;
 * - keys are ordered by their bytes; of two keys, none is the other with `/` and more behind it:
 *   some servers leave such out of lists;
 * - memory is bounded, whatever the size: 8 MiB for each `put`, less for all else;
 * - a type is served as it was stated, never guessed from the bytes; what a browser might run is
 *   served as a download only.
 * Links are secrets of those they were made for: they belong into no event and no log. A machine
 * that does not answer in time rejects with ObjectsUnavailable, a key or a figure that cannot be
 * with BadObjectRequest.
 */
export type Objects = Machine & {
  /** Overwrites what is there, unless told not to. A body that is refused leaves nothing. */
  put(key: string, body: ObjectBody, options: PutOptions): Promise<PutOutcome>;
  /** The body must be read to its end or destroyed. */
  get(key: string, range?: ByteRange): Promise<GetOutcome>;
  stat(key: string): Promise<ObjectStat | null>;
  /** Deleting what is not there is done already. */
  delete(key: string): Promise<void>;
  /** All whose key begins so, ascending by key (bytes); none of what is still being uploaded. */
  list(prefix: string): AsyncIterable<ListedObject>;
  /** For one upload by a browser's form: everything that differs from the policy is refused. */
  presignPost(policy: PostPolicy): Promise<PresignedPost>;
  /** A link for GET and, where the driver is embedded, HEAD. Whether the key is there it leaves. */
  presignGet(key: string, options: GetLink): Promise<string>;
  readonly uploads: Uploads;
  /** Answers the links that point at the API itself; null where a server answers its own. */
  readonly handler: ObjectsHandler | null;
};

/**
 * What is too large for one request, or comes over a line that breaks: parts are sent on their own,
 * in any order, at once, again; the newest of a number counts, where a second lies between it and
 * the one before, or both are the same. Who comes back asks which parts are
 * there, and sends the others.
 */
export type Uploads = {
  begin(key: string, stated: Stated): Promise<Upload>;
  /** A link for one PUT with the part as its body. Numbers are 1 to 10,000. */
  presignPart(upload: Upload, part: number, options: PartLink): Promise<string>;
  /** Those that are there, ascending; null for an upload that is over, or never was. */
  parts(upload: Upload): Promise<readonly UploadedPart[] | null>;
  /**
   * Makes the object of the parts 1 to `parts`, which must have `bytes` together. Where its answer
   * was lost, the upload is gone and `stat` tells the object.
   */
  complete(upload: Upload, options: CompleteOptions): Promise<CompleteOutcome>;
  /** Its parts are gone. Aborting one that is over is done already. */
  abort(upload: Upload): Promise<void>;
  /**
   * Those that were begun, neither completed nor aborted, whose key begins so; ascending by key.
   * They cost space until somebody aborts them; by its whole key each is found on every server.
   */
  unfinished(prefix: string): AsyncIterable<UnfinishedUpload>;
};

/** In pieces of any size, or at once. */
export type ObjectBody = Uint8Array | AsyncIterable<Uint8Array>;

/** A media type, such as `image/png`; SHA-256 in hexadecimal, where it is known beforehand. */
export type Stated = { readonly contentType: string; readonly sha256?: string | undefined };

/** What is stored: never more than `bytesMax`, never another hash than the stated one. */
export type PutOptions = Stated & {
  readonly bytesMax: number;
  readonly ifAbsent?: boolean | undefined; // refuses where the key is there
};
/** What came of a put. */
export type PutOutcome =
  | { readonly kind: 'stored'; readonly bytes: number; readonly etag: string }
  | { readonly kind: 'refused'; readonly because: 'too-large' | 'other-hash' | 'exists' };

/** Both ends counted, from 0; without `last` to the end. */
export type ByteRange = { readonly first: number; readonly last?: number | undefined };
/** What was read; beyond the end when the range begins behind the last byte. */
export type GetOutcome =
  | { readonly kind: 'found'; readonly stat: ObjectStat; readonly body: Readable }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'beyond-the-end' };

/** An object, as a list has it. */
export type ListedObject = {
  readonly key: string;
  readonly bytes: number;
  readonly modifiedAtMs: number;
};
/** All that is known about an object. */
export type ObjectStat = ListedObject & {
  readonly contentType: string;
  readonly etag: string; // another one whenever the bytes differ
  /**
   * As it was stated by who brought the object. `put` has compared it; of forms and parts it is a
   * claim, which whoever processes the object compares with what was read.
   */
  readonly sha256: string | null;
};

/** What a form must be, to the byte. */
export type PostPolicy = Stated & {
  readonly key: string;
  readonly bytesMin: number;
  readonly bytesMax: number;
  readonly expiresInMs: number; // 1 s to 7 days, in whole seconds
};
/** `multipart/form-data` with these fields, and the bytes behind them as the field `file`. */
export type PresignedPost = {
  readonly url: string; // of a server, or a path of the API
  readonly fields: Readonly<Record<string, string>>;
};

/** How an object is shown, and until when. */
export type GetLink = {
  readonly contentType: string; // as it is served, whatever was stored
  /** `inline` counts for pictures, sound and film only: all else is a download. */
  readonly show: 'inline' | 'download';
  readonly fileName: string;
  readonly expiresInMs: number; // 1 s to 7 days, in whole seconds
};

/** An upload in parts, from its beginning to its end. */
export type Upload = { readonly key: string; readonly uploadId: string };
/** What one part may be, and until when. */
export type PartLink = {
  readonly bytesMax: number; // refused at once where the driver is embedded; S3 counts at the end
  readonly expiresInMs: number; // 1 s to 7 days, in whole seconds
};
/** A part that is there. */
export type UploadedPart = { readonly part: number; readonly bytes: number; readonly etag: string };
/** An upload that costs space. */
export type UnfinishedUpload = Upload & { readonly beganAtMs: number };
/** What the whole must be: its last part, and all bytes. */
export type CompleteOptions = { readonly parts: number; readonly bytes: number };
/** What came of completing; after a refusal the upload goes on, unless there is none. */
export type CompleteOutcome =
  | { readonly kind: 'completed'; readonly etag: string }
  | (Refused & { readonly because: 'no-such-upload' })
  | (Refused & { readonly because: 'parts-missing'; readonly parts: readonly number[] })
  | (Refused & { readonly because: 'part-too-small'; readonly part: number })
  | (Refused & { readonly because: 'other-size'; readonly bytes: number });
type Refused = { readonly kind: 'refused' };

/** Each part but the last has at least as much, as S3 wants it. */
export const partBytesMin = 5 * 1_024 * 1_024;
/** The greatest number of a part. */
export const partsMax = 10_000;

/** Of an HTTP server that brings requests whose path begins with `/objects/`. */
export type ObjectsHandler = (request: ObjectsRequest) => Promise<ObjectsResponse>;
/** As Node has it. */
export type ObjectsRequest = {
  readonly method: string;
  readonly url: string; // path and query
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: AsyncIterable<Uint8Array>;
};
/** What is answered, with every header. */
export type ObjectsResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable | string;
};

/** The machine does not answer, is full, or more waits for it than it may. */
export class ObjectsUnavailable extends Error {
  override readonly name = 'ObjectsUnavailable';
}

/** A key, type, time or number that no driver takes; the message names it. */
export class BadObjectRequest extends Error {
  override readonly name = 'BadObjectRequest';
}
