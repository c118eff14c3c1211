import type { CompleteOptions, CompleteOutcome, UploadedPart } from './port.ts';
import { partBytesMin } from './port.ts';

/** Why these parts do not make the object that somebody wants; null when they do. */
export function shortcomingOf(
  found: readonly UploadedPart[],
  wanted: CompleteOptions,
): Exclude<CompleteOutcome, { kind: 'completed' }> | null {
  const bytesOf = new Map(found.map(({ part, bytes }) => [part, bytes]));
  const numbers = numbersUpTo(wanted.parts);
  const missing = numbers.filter((part) => !bytesOf.has(part));
  if (missing.length > 0) return { kind: 'refused', because: 'parts-missing', parts: missing };
  const small = numbers.slice(0, -1).find((part) => (bytesOf.get(part) ?? 0) < partBytesMin);
  if (small !== undefined) return { kind: 'refused', because: 'part-too-small', part: small };
  const bytes = numbers.reduce((sum, part) => sum + (bytesOf.get(part) ?? 0), 0);
  return bytes === wanted.bytes ? null : { kind: 'refused', because: 'other-size', bytes };
}

/** 1 and so on. */
export function numbersUpTo(last: number): readonly number[] {
  return Array.from({ length: last }, (_, at) => at + 1);
}
