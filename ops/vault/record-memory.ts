/** What was opened last, by the text of its record; the oldest is forgotten first. */
export type RecordMemory<Item> = {
  get(record: string): Item | undefined;
  put(record: string, item: Item): void;
  forget(isGone: (item: Item) => boolean): void;
  kept(): { readonly records: number; readonly characters: number };
};

export type MemoryLimits = {
  readonly recordsMax: number;
  readonly charactersMax: number; // of the records: what was sealed in one is never longer
};

export function openRecordMemory<Item>(limits: MemoryLimits): RecordMemory<Item> {
  const items = new Map<string, Item>();
  let characters = 0;
  const drop = (record: string): void => {
    if (items.delete(record)) characters -= record.length;
  };
  const isFull = () => items.size > limits.recordsMax || characters > limits.charactersMax;
  return {
    get: (record) => items.get(record),
    put: (record, item) => {
      drop(record);
      items.set(record, item);
      characters += record.length;
      for (const oldest of items.keys()) {
        if (!isFull()) return;
        drop(oldest);
      }
    },
    forget: (isGone) => {
      for (const [record, item] of items) if (isGone(item)) drop(record);
    },
    kept: () => ({ records: items.size, characters }),
  };
}
