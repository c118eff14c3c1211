/** Asks until it was answered once; whoever comes while it is asked waits for the same answer. */
export function untilItWorked<Answer>(ask: () => Promise<Answer>): () => Promise<Answer> {
  let asked: Promise<Answer> | null = null;
  return () => {
    asked ??= ask().catch((cause: unknown) => {
      asked = null; // and once more for whoever comes next
      throw cause;
    });
    return asked;
  };
}
