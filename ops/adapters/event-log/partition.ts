import { crc32 } from 'node:zlib';

/**
 * The partition of a key: CRC-32 of its UTF-8 bytes, modulo. Fixed for ever, as order depends on
 * it.
 */
export function partitionOf(key: string, partitions: number): number {
  return crc32(key) % partitions;
}
