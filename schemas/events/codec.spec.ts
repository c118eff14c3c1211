import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKeyring } from '../../ops/vault/keyring.ts';
import { accountCodec } from './account.ts';
import type { Codec } from './codec.ts';
import { ofNewerProgram } from './codec.ts';
import { conversationCodec } from './conversation.ts';
import { participationCodec } from './participation.ts';
import {
  accountSamples,
  ada,
  atMs,
  bob,
  conversationKey,
  conversationSamples,
  olderSamples,
  participationSamples,
} from './testing/samples.ts';

const keys = { subject: Buffer.alloc(32, 1), month: Buffer.alloc(32, 2) };
const fixed = createKeyring(
  ({ month }) => ({ subject: keys.subject, month: month ? keys.month : null }),
  () => Buffer.alloc(12, 3),
);
const gone = createKeyring(() => null);
const eventId = '0198f1d2-0000-7000-8000-0000000000e1';

type Case = {
  readonly codec: Codec<{ readonly type: string }>;
  readonly key: string;
  readonly event: { readonly type: string };
};
const casesOf = (text: string): readonly Case[] =>
  [
    ...accountSamples(text).map((event) => ({ codec: accountCodec, key: ada as string, event })),
    ...conversationSamples(text).map((event) => ({
      codec: conversationCodec,
      key: conversationKey,
      event,
    })),
    ...participationSamples.map((event) => ({
      codec: participationCodec,
      key: `${conversationKey}_${bob}`,
      event,
    })),
  ] as unknown as readonly Case[];

const goldenOf = (path: string) => new URL(`./golden/${path}.json`, import.meta.url);
const pathOf = ({ codec, event }: Case, version: number) =>
  `${codec.category}/${event.type}.v${version}`;

function encode({ codec, key, event }: Case, keyring = fixed): string {
  const scope = codec.scopeOf(event, key, atMs);
  return codec.encode(event, { stream: `${codec.category}-${key}`, eventId, scope, keyring });
}

function decode({ codec, key, event }: Case, text: string, keyring = fixed): object | null {
  const stored = codec.read(event.type, JSON.parse(text), key);
  if (!stored) return null;
  const stream = `${codec.category}-${key}`;
  return codec.open(stored, { stream, eventId, scope: stored.scope, keyring });
}

describe.each(
  casesOf('Grüße, Ada 👋').map((one) => [`${one.codec.category}/${one.event.type}`, one] as const),
)('%s', (name, one) => {
  const { v } = JSON.parse(encode(one));
  const golden = goldenOf(`${name}.v${v}`);

  it('comes back as it went in', () => expect(decode(one, encode(one))).toEqual(one.event));

  it('has a golden sample of its version that is still read', () => {
    // Written once, when the version is new; never edited after that.
    if (!existsSync(golden) && process.env.PARLEY_TEST_WRITE_GOLDEN) {
      mkdirSync(new URL('.', golden), { recursive: true });
      writeFileSync(golden, `${JSON.stringify(JSON.parse(encode(one)), null, 2)}\n`);
    }
    expect(decode(one, readFileSync(golden, 'utf8'))).toEqual(one.event);
  });
});

describe('older versions', () => {
  const paths = casesOf('').flatMap((one) => {
    const { v } = JSON.parse(encode(one));
    const older = Array.from({ length: v - 1 }, (_, at) => at + 1);
    return older.map((version) => ({ one, path: pathOf(one, version) }));
  });

  it.each(paths)('$path is read as the newest', ({ one, path }) => {
    expect(decode(one, readFileSync(goldenOf(path), 'utf8'))).toEqual(olderSamples[path]);
  });

  it('have a sample each, and no sample is left over', () => {
    expect(Object.keys(olderSamples)).toEqual(paths.map(({ path }) => path));
  });
});

describe('sealed events', () => {
  it('hold no open personal text, whatever it is', () => {
    fc.assert(
      fc.property(fc.uuid(), (token) => {
        for (const one of casesOf(token)) expect(encode(one)).not.toContain(token);
      }),
      { numRuns: 25 },
    );
  });

  it('read as erased, not as broken, when a key is gone', () => {
    for (const one of casesOf('secret')) {
      const opened = decode(one, encode(one), gone);
      expect(JSON.stringify(opened)).not.toContain('secret');
      expect(opened).toMatchObject({ type: one.event.type });
    }
  });

  it('open in no other stream, event or field', () => {
    const scope = { subject: ada, month: null };
    const place = { stream: 's', eventId, field: 'text' };
    const sealed = fixed.seal(scope, place, 'here only');
    expect(fixed.open(scope, place, sealed)).toBe('here only');
    for (const other of [{ stream: 't' }, { eventId: bob }, { field: 'title' }]) {
      expect(() => fixed.open(scope, { ...place, ...other }, sealed)).toThrow();
    }
  });

  it('are refused when a byte was flipped, without quoting anything', () => {
    const [, one] = casesOf('precious');
    if (!one) throw new Error('no case');
    const flipped = encode(one).replace(
      /"sealed":"(.)/,
      (_all, first) => `"sealed":"${first === 'A' ? 'B' : 'A'}`,
    );
    expect(() => decode(one, flipped)).toThrow(/was tampered with/);
  });

  it('tag equal texts alike and others apart', () => {
    const scope = { subject: ada, month: null };
    expect(fixed.tag(scope, 'a')).toBe(fixed.tag(scope, 'a'));
    expect(fixed.tag(scope, 'a')).not.toBe(fixed.tag(scope, 'b'));
  });
});

describe('what nobody can read', () => {
  it('is skipped when the type is unknown', () =>
    expect(conversationCodec.read('conversation-renamed-in-2031', { v: 1 }, conversationKey)).toBe(
      null,
    ));

  it('is a bad event of a newer program when its version is from the future', () => {
    const future = { v: 2, number: 1, by: ada };
    expect(() => conversationCodec.read('message-deleted', future, conversationKey)).toThrow(
      `message-deleted: version 2 ${ofNewerProgram}`,
    );
  });

  it.each([
    ['a version that never was', { v: 0, number: 1, by: ada }],
    ['no version', { number: 1, by: ada }],
    ['a missing field', { v: 1, by: ada }],
    ['a wrong type', { v: 1, number: 'one', by: ada }],
    ['no object', null],
  ])('is a bad event when it has %s', (_what, data) => {
    expect(() => conversationCodec.read('message-deleted', data, conversationKey)).toThrow(
      /^message-deleted: /,
    );
  });
});

describe('every type', () => {
  it.each([
    ['account', accountCodec],
    ['conversation', conversationCodec],
    ['participation', participationCodec],
  ] as const)('of %s has a sample', (_name, codec) => {
    const sampled = casesOf('x').filter((one) => one.codec.category === codec.category);
    expect(sampled.map(({ event }) => event.type).toSorted()).toEqual([...codec.types].toSorted());
  });
});
