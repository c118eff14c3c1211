/** The one topic that carries every event of the platform. */
export const eventsTopic = 'parley.events';

/** Chosen once: a key must stay in its partition for ever. */
export const eventsPartitions = 8;

/**
 * The key of a stream's records: the conversation for `conversation-…` and `participation-…` (so
 * that marks and messages of one conversation have one order), the person for `account-…`.
 */
export function recordKey(stream: string): string {
  const id = stream.slice(stream.indexOf('-') + 1);
  const end = id.indexOf('_');
  return end === -1 ? id : id.slice(0, end);
}
