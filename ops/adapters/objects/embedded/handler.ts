import type { ObjectsHandler, ObjectsRequest, ObjectsResponse } from '../port.ts';
import { ObjectsUnavailable } from '../port.ts';
import type { OpenedFile } from './folder.ts';
import { BadForm, readForm } from './form.ts';
import { askedRange } from './http-range.ts';
import type { FormLink, Links } from './links.ts';
import type { Patience } from './patience.ts';
import { patiently, TooSlow } from './patience.ts';
import type { keepPart } from './uploads.ts';

export type HandlerOptions = {
  readonly links: Links;
  readonly open: (key: string) => Promise<OpenedFile | null>;
  readonly keepForm: (
    link: FormLink,
    file: AsyncIterable<Uint8Array>,
  ) => Promise<{ readonly etag: string } | { readonly because: string }>;
  readonly keepPart: (
    ...of: Parameters<typeof keepPart> extends [unknown, ...infer Rest] ? Rest : never
  ) => ReturnType<typeof keepPart>;
  readonly patience: Patience;
  readonly uploadsAtOnceMax: number;
};

/** No browser guesses what it is, or runs it as a page of ours. */
const harmless = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
  'cross-origin-resource-policy': 'same-site',
  'referrer-policy': 'no-referrer',
};
/** Of a body that was refused: read, so that whoever still sends it hears why. */
const leftOver = { bytesMax: 1_048_576, idleMs: 1_000, totalMs: 5_000 };

/** Answers the links of the embedded driver, and nothing that it did not sign itself. */
export function openHandler(options: HandlerOptions): ObjectsHandler {
  let uploads = 0;
  /** One who was signed a link takes a place; who only says so holds none. */
  const inPlace: InPlace = async (keep) => {
    if (uploads >= options.uploadsAtOnceMax) return refusal(503, 'too many uploads at once');
    uploads += 1;
    try {
      return await keep();
    } finally {
      uploads -= 1;
    }
  };
  const taken = async (request: ObjectsRequest, take: typeof tookForm) => {
    const body = patiently(request.body, options.patience);
    const response = await take({ ...options, inPlace }, { ...request, body }).catch(refusalOf);
    if (response.status >= 400) await drain(request.body);
    return response;
  };
  return async (request) => {
    const { pathname } = locationOf(request);
    const route = `${request.method} ${pathname.split('/')[2]}`;
    if (route === 'POST form') return taken(request, tookForm);
    if (route === 'PUT part') return taken(request, tookPart);
    const isShown = route === 'GET get' || route === 'HEAD get';
    return isShown ? shown(options, request).catch(refusalOf) : refusal(404, 'there is nothing');
  };
}

async function shown(
  { links, open }: HandlerOptions,
  request: ObjectsRequest,
): Promise<ObjectsResponse> {
  const { pathname, searchParams } = locationOf(request);
  const link = links.readGet(pathname, searchParams);
  if (link === null) return refusal(403, 'the link is wrong, or ran out');
  const file = await open(pathname.split('/').slice(3).join('/'));
  if (file === null) return refusal(404, 'there is no such object');
  const { headers } = request;
  const etag = `"${file.head.etag}"`;
  const about = {
    ...{ 'accept-ranges': 'bytes', 'cache-control': 'private, max-age=86400', etag },
    'last-modified': new Date(file.modifiedAtMs).toUTCString(),
    ...{ 'content-type': link.contentType, 'content-disposition': link.disposition },
    ...harmless,
  };
  const without = async (status: number, more: Readonly<Record<string, string>>) => {
    await file.close();
    return { status, headers: { ...about, ...more }, body: '' };
  };
  if (one(headers['if-none-match'])?.split(/, */).includes(etag)) return without(304, {});
  const isSame = [undefined, etag].includes(one(headers['if-range']));
  const range = askedRange(isSame ? one(headers.range) : undefined, file.bytes);
  if (range.kind === 'beyond-the-end') {
    return without(416, { 'content-range': `bytes */${file.bytes}` });
  }
  const { first, last } = range.kind === 'some' ? range : { first: 0, last: file.bytes - 1 };
  const status = range.kind === 'some' ? 206 : 200;
  const length = {
    'content-length': `${last - first + 1}`,
    ...(status === 206 && { 'content-range': `bytes ${first}-${last}/${file.bytes}` }),
  };
  if (request.method === 'HEAD' || last < first) return without(status, length);
  return { status, headers: { ...about, ...length }, body: file.read(first, last) };
}

type InPlace = (keep: () => Promise<ObjectsResponse>) => Promise<ObjectsResponse>;
type Taking = HandlerOptions & { readonly inPlace: InPlace };

async function tookForm(
  { links, keepForm, inPlace }: Taking,
  { headers, body }: ObjectsRequest,
): Promise<ObjectsResponse> {
  const { fields, file } = await readForm(body, one(headers['content-type']) ?? '');
  const link = links.readForm(fields);
  if (link === null) return refusal(403, 'the form is not as it was signed, or ran out');
  return inPlace(async () => {
    const kept = await keepForm(link, file);
    if ('because' in kept) return refusal(kept.because === 'too-large' ? 413 : 400, kept.because);
    return { status: 204, headers: { etag: `"${kept.etag}"`, ...harmless }, body: '' };
  });
}

async function tookPart(
  { links, keepPart, inPlace }: Taking,
  { body, ...request }: ObjectsRequest,
): Promise<ObjectsResponse> {
  const { pathname, searchParams } = locationOf(request);
  const link = links.readPart(pathname, searchParams);
  if (link === null) return refusal(403, 'the link is wrong, or ran out');
  return inPlace(async () => {
    const kept = await keepPart(link.upload, { ...link, body });
    if (kept === null) return refusal(404, 'there is no such upload');
    if (kept.kind === 'refused') return refusal(413, kept.because);
    return { status: 200, headers: { etag: `"${kept.file.etag}"`, ...harmless }, body: '' };
  });
}

/** The connection is not used again: what is left of a body would be taken for a request. */
function refusal(status: number, why: string): ObjectsResponse {
  const headers = { 'content-type': 'text/plain; charset=utf-8', connection: 'close', ...harmless };
  return { status, headers, body: `${why}\n` };
}

function refusalOf(cause: unknown): ObjectsResponse {
  if (cause instanceof BadForm) return refusal(400, cause.message);
  if (cause instanceof TooSlow) return refusal(408, cause.message);
  if (cause instanceof ObjectsUnavailable) return refusal(503, 'objects cannot be kept now');
  throw cause;
}

async function drain(body: AsyncIterable<Uint8Array>): Promise<void> {
  let bytes = 0;
  try {
    for await (const piece of patiently(body, leftOver)) {
      bytes += piece.length;
      if (bytes > leftOver.bytesMax) return;
    }
  } catch {
    // who sends has gone, or is too slow to be told
  }
}

function locationOf({ url }: Pick<ObjectsRequest, 'url'>): URL {
  return new URL(url, 'http://objects');
}

function one(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : header?.[0];
}
