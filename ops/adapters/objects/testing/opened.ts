import { createHash, randomBytes } from 'node:crypto';
import type { GetOutcome, Objects, PresignedPost } from '../port.ts';

/** Objects that nothing else uses, with the place where their links are answered. */
export type Opened = {
  readonly objects: Objects;
  readonly origin: string; // for links that are paths
  /** Lets time pass for links: moves the driver's clock, or waits. */
  pass(ms: number): Promise<void>;
  dispose(): Promise<void>;
};

/** Bytes of no meaning, by chance. */
export function noise(bytes: number): Buffer {
  return randomBytes(bytes);
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export async function bytesOf(found: GetOutcome): Promise<Buffer> {
  if (found.kind !== 'found') throw new Error(`there is nothing to read: ${found.kind}`);
  return Buffer.concat(await found.body.toArray());
}

/** As a browser sends a form with a file. */
export function sendForm(
  { origin }: Pick<Opened, 'origin'>,
  { url, fields }: PresignedPost,
  file: Uint8Array,
): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([new Uint8Array(file)]), 'file');
  return fetch(new URL(url, origin), { method: 'POST', body: form });
}

export function sendPart(
  { origin }: Pick<Opened, 'origin'>,
  url: string,
  part: Uint8Array,
): Promise<Response> {
  return fetch(new URL(url, origin), { method: 'PUT', body: new Uint8Array(part) });
}

export function fetched(
  { origin }: Pick<Opened, 'origin'>,
  url: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(new URL(url, origin), { headers });
}

/** Of every entry of a list. */
export async function all<Entry>(list: AsyncIterable<Entry>): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of list) entries.push(entry);
  return entries;
}
