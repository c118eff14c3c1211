/** Something in it can be seen: not only spaces, controls and invisible characters. */
export function isVisible(text: string): boolean {
  return /[^\s\p{Cc}\p{Cf}]/u.test(text);
}

/** Characters as people count them are closer to code points than to UTF-16 units. */
export function isLongerThan(text: string, codePointsMax: number): boolean {
  if (text.length <= codePointsMax) return false;
  if (text.length > codePointsMax * 2) return true;
  return [...text].length > codePointsMax;
}

/**
 * It could not be stored as sent: a lone surrogate has no UTF-8 form, and Postgres' text holds no
 * U+0000 (postgresql.org/docs/current/datatype-character.html).
 */
export function isMalformed(text: string): boolean {
  return !text.isWellFormed() || text.includes('\0');
}

/** Exactly one emoji as keyboards offer it, however many code points it takes. */
export function isEmoji(text: string): boolean {
  return /^\p{RGI_Emoji}$/v.test(text);
}
