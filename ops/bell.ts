/** Wakes everybody who waits; ask for `rung` before looking, and no ring is missed. */
export type Bell = { ring(): void; rung(): Promise<void> };

export function openBell(): Bell {
  let next = Promise.withResolvers<void>();
  return {
    ring: () => {
      next.resolve();
      next = Promise.withResolvers<void>();
    },
    rung: () => next.promise,
  };
}
