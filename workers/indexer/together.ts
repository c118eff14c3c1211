/** Works side by side until each is done; when one fails the others are ended, and it rejects. */
export async function together(
  signal: AbortSignal,
  works: readonly ((until: AbortSignal) => Promise<void>)[],
): Promise<void> {
  const failed = new AbortController();
  const until = AbortSignal.any([signal, failed.signal]);
  const ended = await Promise.allSettled(
    works.map(async (work) => {
      try {
        await work(until);
      } catch (error) {
        failed.abort();
        throw error;
      }
    }),
  );
  const first = ended.find((one) => one.status === 'rejected');
  if (first) throw first.reason;
}
