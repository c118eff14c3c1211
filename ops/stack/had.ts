import { PlainError } from '../plain-error.ts';
import type { StackServer } from './server.ts';

/**
 * Fetches a server; one that takes minutes only where it is asked for. Why it cannot be had here,
 * or from its registry; null when it is there.
 */
export async function whyNotHad(
  server: StackServer,
  { tell, asked }: { readonly tell: (what: string) => void; readonly asked: boolean },
): Promise<string | null> {
  const missing = server.missing() ?? (asked ? null : unasked(server));
  if (missing !== null) return missing;
  try {
    await server.fetch(tell);
    return null;
  } catch (cause) {
    if (cause instanceof PlainError) return cause.message;
    throw cause;
  }
}

/** Why a server is not here though it could be; with what brings it. */
export function unasked({ name, unasked: reason }: StackServer): string | null {
  const why = reason?.() ?? null;
  return why && `${why}: npm run stack -- fetch ${name}`;
}
