import type { Cast } from './cast.ts';
import type { Chance } from './chance.ts';
import type { Ending, Frame, FramesInput } from './input.ts';
import { message, text } from './input.ts';
import { planted } from './texts.ts';

type Scene = {
  readonly frames: (chance: Chance, token: string) => readonly Frame[];
  readonly ends: Ending;
  readonly init?: false; // true unless told
};

const closes = (...codes: readonly number[]): Ending => ({ kind: 'closes', codes });
const stays: Ending = { kind: 'stays' };
const ping = { type: 'ping' };
const subscribe = (id: string, query = 'subscription { events { at } }') =>
  message({ id, type: 'subscribe', payload: { query } });
const complete = (id: string) => message({ id, type: 'complete' });
const times = (count: number, make: (at: number) => Frame) =>
  Array.from({ length: count }, (_, at) => make(at));

/** Frames that RFC 6455 forbids, or that break off. */
const broken: Readonly<Record<string, Scene>> = {
  'reserved bits': {
    frames: (c) => [{ ...message(ping), reserved: c.pick([1, 2, 4, 7]) }],
    ends: closes(1002),
  },
  'an opcode that is none': {
    frames: (c) => [{ ...message(ping), opcode: c.pick([3, 7, 11, 15]) }],
    ends: closes(1002),
  },
  unmasked: { frames: () => [{ ...message(ping), masked: false }], ends: closes(1002) },
  'a piece of nothing': { frames: () => [{ ...message(ping), opcode: 0 }], ends: closes(1002) },
  'a message in a message': {
    frames: () => [{ ...text('{"type":'), fin: false }, message(ping)],
    ends: closes(1002),
  },
  'a ping in pieces': {
    frames: () => [{ opcode: 9, payload: Buffer.from(planted), fin: false }],
    ends: closes(1002),
  },
  'a ping too long': {
    frames: () => [{ opcode: 9, payload: Buffer.alloc(126) }],
    ends: closes(1002),
  },
  'UTF-8 that is none': {
    frames: () => [{ opcode: 1, payload: Buffer.from([0x22, 0xc3, 0x28, 0xff, 0x22]) }],
    ends: closes(1007),
  },
  'half a character at the end': {
    frames: () => [{ opcode: 1, payload: Buffer.from([0x22, 0xf0, 0x9f, 0x91]) }],
    ends: closes(1007),
  },
  'too long': { frames: (c) => [text('x'.repeat(c.pick([65_537, 200_000])))], ends: closes(1009) },
  'said to be too long': {
    frames: (c) => [{ ...text('x'), claims: c.pick([65_537n, 2n ** 31n, 2n ** 52n]) }],
    ends: closes(1009),
  },
  'longer than numbers go': {
    frames: () => [{ ...text('x'), claims: 2n ** 63n }],
    ends: closes(1009),
  },
  'too long in pieces': {
    frames: () => [
      { ...text('x'.repeat(40_000)), fin: false },
      { ...text('x'.repeat(40_000)), opcode: 0 },
    ],
    ends: closes(1009),
  },
  'half a frame, then silence': { frames: () => [{ ...text('x'), claims: 60_000n }], ends: stays },
  'a close of an odd code': {
    frames: (c) => [{ opcode: 8, payload: Buffer.from([0, c.below(256)]) }],
    ends: closes(1002),
  },
  'a close of one byte': {
    frames: () => [{ opcode: 8, payload: Buffer.from([3]) }],
    ends: closes(1002),
  },
  'a message in a thousand pieces': {
    frames: () => [
      { ...text('{'), fin: false },
      ...times(1_000, () => ({ opcode: 0, payload: Buffer.from(' '), fin: false })),
      { opcode: 0, payload: Buffer.from('"type":"ping"}') },
    ],
    ends: stays,
  },
  'empty pieces without end': {
    frames: () => [
      { ...text(''), fin: false },
      ...times(30_000, () => ({ opcode: 0, payload: Buffer.alloc(0), fin: false })),
    ],
    ends: closes(1008, 1009, 1013),
  },
};

/** Messages that graphql-transport-ws forbids, or that are too many. */
const forbidden: Readonly<Record<string, Scene>> = {
  'no JSON': { frames: () => [text(planted)], ends: closes(4400) },
  'JSON that is no message': {
    frames: (c) => [text(c.pick(['null', '7', '[]', '""', '{}', '{"type":null}', '{"type":[]}']))],
    ends: closes(4400),
  },
  'bytes instead of text': {
    frames: () => [{ opcode: 2, payload: Buffer.from([0, 255, 254]) }],
    ends: closes(4400),
  },
  'an empty message': { frames: () => [text('')], ends: closes(4400) },
  'an odd type': {
    frames: (c) => [
      message({ type: c.pick([planted, '__proto__', 'start', 'connection_ack', 7]) }),
    ],
    ends: closes(4400),
  },
  'a subscribe without its parts': {
    frames: (c) => [
      message({
        ...{ type: 'subscribe', id: c.pick(['1', '', undefined, 7, null]) },
        payload: c.pick([null, 7, {}, [], { query: 7 }, { query: null }]),
      }),
    ],
    ends: closes(4400),
  },
  'odd variables': {
    frames: (c) => [
      message({
        ...{ type: 'subscribe', id: '1' },
        payload: { query: '{ __typename }', variables: c.pick([7, 'x', [7]]) },
      }),
    ],
    ends: closes(4400),
  },
  'subscribe before init': { init: false, frames: () => [subscribe('1')], ends: closes(4401) },
  'complete before init': { init: false, frames: () => [complete('1')], ends: stays },
  'init twice': { frames: () => [message({ type: 'connection_init' })], ends: closes(4429) },
  'init twice at once': {
    init: false,
    frames: (_c, token) => {
      const init = { type: 'connection_init', payload: { authorization: `Bearer ${token}` } };
      return [message(init), message(init)];
    },
    ends: closes(4429),
  },
  'init with an odd token': {
    init: false,
    frames: (c) => [
      message({
        type: 'connection_init',
        payload: c.pick([
          ...[{ authorization: planted }, { authorization: 7 }, {}, { authorization: null }],
          ...[{ authorization: 'x'.repeat(60_000) }, { cursor: 'x' }, { authorization: [planted] }],
        ]),
      }),
    ],
    ends: closes(4403),
  },
  'init with an odd payload': {
    init: false,
    frames: (c) => [message({ type: 'connection_init', payload: c.pick([7, 'x', [1]]) })],
    ends: closes(4400, 4403),
  },
  'two of one id': { frames: () => [subscribe('1'), subscribe('1')], ends: closes(4409) },
  'an id that nobody else would choose': {
    frames: (c) => [
      subscribe(
        c.pick(['__proto__', 'constructor', ' ', '\0', 'x'.repeat(30_000), '\ud800']),
        '{ __typename }',
      ),
    ],
    ends: stays,
  },
  'a complete of nothing': { frames: () => times(50, (at) => complete(`none ${at}`)), ends: stays },
  'next, error and pong from a client': {
    frames: (c) => [
      message({ id: '1', type: c.pick(['next', 'error', 'connection_ack']), payload: [] }),
    ],
    ends: closes(4400),
  },
  'a flood of pings': { frames: () => times(12_000, () => message(ping)), ends: closes(1013) },
  'a flood of frames below': {
    frames: () => times(12_000, () => ({ opcode: 9, payload: Buffer.alloc(0) })),
    ends: closes(1013, 1006), // ws cuts off who does not wait for its pongs
  },
  'a flood of frames of nobody': {
    init: false,
    frames: () => times(12_000, () => message(ping)),
    ends: closes(1013),
  },
  'more operations than a socket carries': {
    frames: () => times(130, (at) => subscribe(`s${at}`)),
    ends: stays,
  },
  'a thousand that come and go': {
    frames: () =>
      Array.from({ length: 1_000 }, (_, at) => [subscribe(`s${at}`), complete(`s${at}`)]).flat(),
    ends: stays,
  },
  'queries by the hundred': {
    frames: () => times(400, (at) => subscribe(`q${at}`, '{ viewer { unread } }')),
    ends: stays,
  },
  'cursors that are none': {
    frames: (c) => [
      message({
        ...{ id: '1', type: 'subscribe' },
        payload: {
          query: 'subscription ($a: Cursor) { events(after: $a) { at } }',
          variables: { a: c.pick([planted, '', 'x'.repeat(50_000), '\ud800']) },
        },
      }),
    ],
    ends: { kind: 'answers', operation: '1' },
  },
};

const quick = Object.entries({ ...broken, ...forbidden }).filter(([name]) => !isHeavy(name));
const heavy = Object.entries({ ...broken, ...forbidden }).filter(([name]) => isHeavy(name));

/** A socket, its frames, and how it must end. */
export function hostileSocket(cast: Cast, chance: Chance): FramesInput {
  const { token } = chance.pick(cast.actors);
  const [name, { frames, ends, init = true }] = chance.pick(chance.oneIn(40) ? heavy : quick);
  return {
    ...{ via: 'frames', name: `socket, ${name}`, token, init, ends, fault: null },
    frames: frames(chance, token),
  };
}

/** Thousands of frames at a time: fewer of these. */
function isHeavy(name: string): boolean {
  return /flood|thousand|by the hundred|more operations|without end/.test(name);
}
