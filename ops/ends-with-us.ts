const ends = new Set<() => void>();

/**
 * Calls when this process ends, by itself or by a signal that it hears: what it started for itself
 * alone must not outlive it. Answers with how to call it off.
 */
export function whenWeEnd(end: () => void): () => void {
  if (ends.size === 0) process.once('exit', endAll);
  ends.add(end);
  return () => {
    ends.delete(end);
    if (ends.size === 0) process.off('exit', endAll);
  };
}

function endAll(): void {
  for (const end of ends) end();
}
