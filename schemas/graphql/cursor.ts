const prefix = 'p1.'; // version 1: a position

/** A device's cursor: opaque to clients, a position to us. */
export function encodeCursor(position: bigint): string {
  return Buffer.from(`${prefix}${position}`).toString('base64url');
}

/** Null when it is none of ours. */
export function decodeCursor(text: string): bigint | null {
  const decoded = Buffer.from(text, 'base64url').toString('utf8');
  const digits = decoded.startsWith(prefix) ? decoded.slice(prefix.length) : '';
  return /^\d{1,18}$/.test(digits) ? BigInt(digits) : null;
}
