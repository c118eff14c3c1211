/** A failure that a person can mend: one sentence that says what is wrong and what to do. */
export class PlainError extends Error {
  override readonly name = 'PlainError';
}
