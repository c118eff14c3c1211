import type { ClientId, UserId } from '../ids.ts';
import { clientIdTimeMs } from '../ids.ts';
import { rememberedMessagesMax } from './limits.ts';

/** A message as the state remembers it: enough for repeats, edits and deletions, and no text. */
export type RememberedMessage = {
  readonly number: number;
  readonly author: UserId;
  readonly clientId: ClientId;
  readonly contentTag: string; // of the newest text
  readonly sentContentTag: string; // of the first text: a repeat is compared with what was sent
  readonly sentAtMs: number;
  readonly deleted: boolean;
  readonly revision: number; // of the event that sent it
};

/** The newest messages by number and by client id, in constant time and bounded space. */
export type MessageMemory = {
  readonly ring: (RememberedMessage | undefined)[]; // place: number modulo rememberedMessagesMax
  readonly byAuthor: Map<UserId, Map<ClientId, number>>;
  forgottenIdTimeMaxMs: number; // greatest time among the client ids dropped; 0: none was
};

export function emptyMemory(): MessageMemory {
  return { ring: [], byAuthor: new Map(), forgottenIdTimeMaxMs: 0 };
}

export function byNumber(memory: MessageMemory, number: number): RememberedMessage | undefined {
  const found = memory.ring[place(number)];
  return found?.number === number ? found : undefined;
}

export function byClientId(
  memory: MessageMemory,
  author: UserId,
  clientId: ClientId,
): RememberedMessage | undefined {
  const number = memory.byAuthor.get(author)?.get(clientId);
  return number === undefined ? undefined : byNumber(memory, number);
}

/** Takes the place of the message rememberedMessagesMax before it. */
export function remember(memory: MessageMemory, message: RememberedMessage): void {
  const at = place(message.number);
  const displaced = memory.ring[at];
  if (displaced) forget(memory, displaced);
  memory.ring[at] = message;
  const ofAuthor = memory.byAuthor.get(message.author);
  if (ofAuthor) ofAuthor.set(message.clientId, message.number);
  else memory.byAuthor.set(message.author, new Map([[message.clientId, message.number]]));
}

/** Nothing when the message is forgotten. */
export function amend(
  memory: MessageMemory,
  number: number,
  change: { readonly contentTag?: string; readonly deleted?: boolean },
): void {
  const found = byNumber(memory, number);
  if (found) memory.ring[place(number)] = { ...found, ...change };
}

/** Oldest first. */
export function remembered(memory: MessageMemory): readonly RememberedMessage[] {
  const messages = memory.ring.filter((message) => message !== undefined);
  return messages.sort((one, other) => one.number - other.number);
}

function forget(memory: MessageMemory, message: RememberedMessage): void {
  const ofAuthor = memory.byAuthor.get(message.author);
  if (ofAuthor?.get(message.clientId) === message.number) ofAuthor.delete(message.clientId);
  if (ofAuthor?.size === 0) memory.byAuthor.delete(message.author);
  const time = clientIdTimeMs(message.clientId);
  if (time > memory.forgottenIdTimeMaxMs) memory.forgottenIdTimeMaxMs = time;
}

function place(number: number): number {
  return number & (rememberedMessagesMax - 1); // total: any number has a place
}
