/**
 * How far each key has come. A courier that begins again sends again what was under way, perhaps
 * much later: an old frame behind newer ones would show devices what is no longer so.
 */
export type Newest = {
  /** False for what came before, or what is older than something that came before. */
  moves(key: string, position: bigint): boolean;
};

/** Bounded: of the keys that moved longest ago it is forgotten. */
export function openNewest(keysMax: number): Newest {
  const positions = new Map<string, bigint>();
  return {
    moves: (key, position) => {
      const before = positions.get(key);
      if (before !== undefined && position <= before) return false;
      positions.delete(key);
      positions.set(key, position);
      if (positions.size > keysMax) dropOldest(positions);
      return true;
    },
  };
}

function dropOldest(positions: Map<string, bigint>): void {
  for (const key of positions.keys()) {
    positions.delete(key);
    return;
  }
}
