/**
 * A personal field: sealed in the log, open in memory. Null means erased: the key that could open
 * it is gone, which is a normal case for every reader.
 */
export type Personal = string | null;
