/** An id that sorts by its moment: 48 bits of milliseconds, then chance. */
export function uuidV7(nowMs: number, chance: Uint8Array): string {
  const bytes = Uint8Array.from(chance.subarray(0, 16));
  for (let at = 0; at < 6; at += 1) bytes[at] = Math.floor(nowMs / 2 ** (8 * (5 - at))) % 256;
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f); // version
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f); // variant
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
