/** A soft-deleted stream says so by a truncation that no revision reaches, as in EventStoreDB. */
export const deletedMark = Number.MAX_SAFE_INTEGER;

/** What stream metadata says of keeping; everything else in it is the application's. */
export type Keeping = {
  readonly maxCount: number | null;
  readonly truncateBefore: number;
};

/** The stream that an event of type `$metadata` in this one speaks of; null for other streams. */
export function streamDescribedBy(stream: string): string | null {
  return stream.startsWith('$$') ? stream.slice(2) : null;
}

/** Text that is no metadata asks for nothing. */
export function parseKeeping(data: Uint8Array): Keeping {
  const fields = parseFields(data);
  const { $maxCount: count, $tb: before } = fields;
  return {
    maxCount: typeof count === 'number' && count > 0 ? count : null,
    truncateBefore: typeof before === 'number' && before > 0 ? Math.min(before, deletedMark) : 0,
  };
}

/** The same metadata with another truncation. */
export function withTruncation(data: Uint8Array | null, $tb: number): Uint8Array {
  return Buffer.from(JSON.stringify({ ...(data ? parseFields(data) : {}), $tb }));
}

function parseFields(data: Uint8Array): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(data).toString('utf8'));
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
}
