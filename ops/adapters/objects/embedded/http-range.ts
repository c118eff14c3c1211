import type { ByteRange } from '../port.ts';

/** What a `Range` header asks of so many bytes. */
export type AskedRange =
  | { readonly kind: 'all' } // none, or one that HTTP lets us pass over
  | { readonly kind: 'some'; readonly first: number; readonly last: number }
  | { readonly kind: 'beyond-the-end' };

/** One range of bytes (RFC 9110, 14.1.2); several at once are answered with all. */
export function askedRange(header: string | undefined, bytes: number): AskedRange {
  const [, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  if (from === '' && to === '') return { kind: 'all' };
  if (from === '') {
    const length = Math.min(Number(to), bytes);
    if (length === 0) return { kind: 'beyond-the-end' };
    return { kind: 'some', first: bytes - length, last: bytes - 1 };
  }
  if (to !== '' && Number(to) < Number(from)) return { kind: 'all' };
  return rangeIn({ first: Number(from), ...(to !== '' && { last: Number(to) }) }, bytes);
}

/** As much of a range as there is. */
export function rangeIn({ first, last = bytesEnd }: ByteRange, bytes: number): AskedRange {
  if (first >= bytes) return { kind: 'beyond-the-end' };
  return { kind: 'some', first, last: Math.min(last, bytes - 1) };
}

const bytesEnd = Number.MAX_SAFE_INTEGER;
