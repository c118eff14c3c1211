import { PlainError } from '../plain-error.ts';
import type { StackServer } from './server.ts';

/** Fetches a server. Why it cannot be had here, or from its registry; null when it is there. */
export async function whyNotHad(
  server: StackServer,
  tell: (what: string) => void,
): Promise<string | null> {
  const missing = server.missing();
  if (missing !== null) return missing;
  try {
    await server.fetch(tell);
    return null;
  } catch (cause) {
    if (cause instanceof PlainError) return cause.message;
    throw cause;
  }
}
