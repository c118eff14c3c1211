/** A body that came too slowly. */
export class TooSlow extends Error {
  override readonly name = 'TooSlow';
}

export type Patience = {
  readonly idleMs: number; // for the next piece
  readonly totalMs: number; // for all of them
};

/** The pieces of a body, for as long as they keep coming; then it rejects with TooSlow. */
export async function* patiently(
  body: AsyncIterable<Uint8Array>,
  { idleMs, totalMs }: Patience,
): AsyncGenerator<Uint8Array> {
  const source = body[Symbol.asyncIterator]();
  const late = Promise.withResolvers<never>();
  late.promise.catch(() => undefined);
  const tooSlow = () => late.reject(new TooSlow('the body comes too slowly'));
  const total = setTimeout(tooSlow, totalMs);
  const idle = setTimeout(tooSlow, idleMs);
  try {
    for (;;) {
      const next = source.next();
      next.catch(() => undefined); // nobody may wait for it any more
      const { done, value } = await Promise.race([next, late.promise]);
      if (done) return;
      yield value;
      idle.refresh();
    }
  } finally {
    clearTimeout(total);
    clearTimeout(idle);
  }
}
