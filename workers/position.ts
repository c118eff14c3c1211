const position = /"position":"(\d+)"/;

/**
 * The position that a value of the log names, null when it names none. Found without parsing: it
 * stands before the stored data, which may be no JSON, and inside other fields its quotes would be
 * escaped.
 */
export function positionIn(value: string): bigint | null {
  const found = position.exec(value)?.[1];
  return found === undefined ? null : BigInt(found);
}
