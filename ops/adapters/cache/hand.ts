/** Hands a message to a listener; one that throws hurts nobody else. */
export function hand(
  listener: (message: string) => void,
  { channel, message }: { readonly channel: string; readonly message: string },
): void {
  try {
    listener(message);
  } catch (cause) {
    process.emitWarning(`a listener of ${channel} threw`, { detail: String(cause) });
  }
}
