import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  clientIdTimeMs,
  parseClientId,
  parseConversationId,
  parseParticipationKey,
  parseUserId,
  participationKey,
} from './ids.ts';
import { clientIdAt } from './testing/people.ts';

const uuid = '01890a5d-ac96-774b-bcce-b302099a8057';

test('ids are lower-case UUIDs', () => {
  for (const parse of [parseUserId, parseConversationId]) {
    expect(parse(uuid)).toBe(uuid);
    expect(parse(uuid.toUpperCase())).toBeNull();
    expect(parse(` ${uuid}`)).toBeNull();
    expect(parse('')).toBeNull();
  }
});

test('a client id is a UUIDv7, in whatever case the client writes it', () => {
  expect(parseClientId(uuid.toUpperCase())).toBe(uuid);
  expect(parseClientId('01890a5d-ac96-474b-bcce-b302099a8057')).toBeNull();
  expect(parseClientId('01890a5d-ac96-774b-7cce-b302099a8057')).toBeNull();
});

test('the time in a client id is the one it was made at', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 47), (atMs) => {
      expect(clientIdTimeMs(clientIdAt(atMs))).toBe(atMs);
    }),
  );
});

test('a participation’s key names its conversation and its person', () => {
  const [conversationId, userId] = [parseConversationId(uuid), parseUserId(uuid)];
  if (!conversationId || !userId) throw new Error('a UUID is an id');
  const key = participationKey(conversationId, userId);
  expect(parseParticipationKey(key)).toEqual({ conversationId, userId });
  for (const wrong of ['', uuid, `${key}_`, `${key}_${uuid}`, `${uuid}-${uuid}`]) {
    expect(parseParticipationKey(wrong)).toBeNull();
  }
});
