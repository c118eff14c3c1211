/** Positions are decimal strings, too large for a number: the longer one is the greater. */
export function isAtLeast(position: string | null | undefined, other: string): boolean {
  if (position === null || position === undefined) return false;
  if (position.length !== other.length) return position.length > other.length;
  return position >= other;
}
