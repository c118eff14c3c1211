import { gzipSync } from 'node:zlib';
import type { Cast } from './cast.ts';
import type { Chance } from './chance.ts';
import type { BytesInput, HttpInput, Input } from './input.ts';
import { json, post, unfit } from './input.ts';
import { planted } from './texts.ts';

const sound = '{"query":"{ __typename }"}';
const mutation = 'mutation { setTyping(input: { conversationId: "x" }) }';

/** Bodies that are no request, or hardly one; sent as JSON. */
const bodies: Readonly<Record<string, (chance: Chance) => Buffer>> = {
  'no JSON': () => Buffer.from(`query=${planted}`),
  'JSON that breaks off': (chance) => Buffer.from(sound.slice(0, chance.below(sound.length))),
  'UTF-8 that is none': () =>
    Buffer.concat([Buffer.from('{"query":"'), Buffer.from([0xc3, 0x28, 0xff]), Buffer.from('"}')]),
  'UTF-16': () => Buffer.from(sound, 'utf16le'),
  'a byte order mark': () => Buffer.from(`\ufeff${sound}`),
  null: () => Buffer.from('null'),
  'a number': () => Buffer.from('5'),
  'a text': () => Buffer.from(`"${planted}"`),
  'a batch': (chance) => Buffer.from(`[${Array(chance.pick([0, 1, 2, 1_000])).fill(sound)}]`),
  nothing: () => Buffer.alloc(0),
  'nothing in braces': () => Buffer.from('{}'),
  'deep JSON': () =>
    Buffer.from(`{"query":"{ __typename }","variables":${deep('{"a":', '1', '}')}}`),
  'deep lists': () =>
    Buffer.from(`{"query":"{ __typename }","extensions":{"a":${deep('[', '1', ']')}}}`),
  'a prototype': () => Buffer.from('{"query":"{ __typename }","__proto__":{"admin":true}}'),
  'a constructor': () =>
    Buffer.from('{"query":"{ __typename }","constructor":{"prototype":{"admin":true}}}'),
  'a key twice': () => Buffer.from('{"query":"{ __typename }","query":7}'),
  'a query that is no text': (chance) =>
    Buffer.from(`{"query":${chance.pick(['7', 'null', '[]', '{}', 'true', '1e400'])}}`),
  'variables that are none': (chance) =>
    Buffer.from(
      `{"query":"{ __typename }","variables":${chance.pick(['7', '[]', '"{}"', 'true', '[{}]'])}}`,
    ),
  'extensions that are none': (chance) =>
    Buffer.from(`{"query":"{ __typename }","extensions":${chance.pick(['7', '[]', '"{}"'])}}`),
  'an operation name that is none': (chance) =>
    Buffer.from(`{"query":"{ __typename }","operationName":${chance.pick(['7', '[]', '{}'])}}`),
  'a persisted query': () =>
    Buffer.from('{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"ab"}}}'),
  'a persisted flag': () => Buffer.from(`{"query":"${planted}","persisted":true}`),
  'too long': (chance) =>
    Buffer.from(
      `{"query":"{ __typename } #${'x'.repeat(chance.pick([65_536, 70_000, 300_000]))}"}`,
    ),
  'NaN as a number': () => Buffer.from('{"query":"{ __typename }","variables":{"a":NaN}}'),
};

/** Bodies that may be taken: any other must be refused. */
const allowed = new Set(['a byte order mark', 'deep JSON', 'deep lists']);

function deep(open: string, inside: string, close: string): string {
  const levels = 8_000;
  return `${open.repeat(levels)}${inside}${close.repeat(levels)}`;
}

const types = [
  ...['text/plain', 'application/graphql', 'application/x-www-form-urlencoded', 'application/xml'],
  ...['multipart/form-data; boundary=x', 'application/json; charset=utf-16', '', ';', '*/*'],
  ...[
    'application/json; charset="',
    'Application/JSON',
    'application/json;;;',
    'application/jsonx',
  ],
];

const accepts = ['application/graphql-response+json', 'text/html', '*/*', 'image/png', ';;;', ''];
const tokens = [
  '',
  'Bearer',
  'Bearer ',
  'Bearer x.y.z',
  'Basic eDp5',
  `Bearer ${'x'.repeat(4_000)}`,
];
const query = (text: string) => `?query=${encodeURIComponent(text)}`;
const paths = [
  ...['/graphql', '/graphql?', '/graphql/', '/graphql/?', '/graphql//', '/graphql/x', '//graphql'],
  ...['/graphql?query', '/graphql?query=', '/graphql?query=%', '/graphql%ff', '/graphql%00', '/%'],
  ...[`/graphql${query('{ __typename }')}&variables={`, `/graphql${query('{')}`],
  ...[`/graphql${query('{ __typename }')}&variables=[]`, `/graphql${query(mutation)}`],
  ...[`/graphql${query('subscription { events { at } }')}`, `/graphql${query('{ a }')}&query=b`],
  ...[`/graphql${query('{ __typename }')}&variables[a]=1&operationName[]=x`, '/graphql?query[]=1'],
  ...[`/graphql${query('{ __typename }')}&extensions=7&operationName=${planted}`, '/GRAPHQL'],
  ...[`/graphql${query(`{ ${'__typename '.repeat(400)}}`)}`, `/${planted.repeat(400)}`],
  ...['/graphql;x', '/graphql#x', '/../graphql', '/schema.graphql/x', '/health/ready?x[]=1', '/'],
  ...['/graphiql/../../etc/passwd', '/graphiql/%2e%2e%2fpackage.json', '/graphiql/x'],
];
const methods = ['GET', 'GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH', 'TRACE'];

/** A request whose wrapping is wrong: body, type, method, path, token, encoding. */
export function hostileRequest(cast: Cast, chance: Chance): Input {
  const { token } = chance.pick(cast.actors);
  const way = chance.below(12);
  if (way < 4) {
    const [name, make] = chance.pick(Object.entries(bodies));
    const fault = allowed.has(name) ? null : unfit;
    return { ...post(`body, ${name}`, { body: '', token, fault }), body: make(chance) };
  }
  if (way < 6) {
    const [method, path] = [chance.pick(methods), chance.pick(paths)];
    const asked = { ...post(`${method} ${path}`, { body: sound, token }), method, path };
    return /^(GET|HEAD|TRACE|OPTIONS)$/.test(method) ? { ...asked, body: null } : asked;
  }
  if (way < 7) return headed('content type', { 'content-type': chance.pick(types) });
  if (way < 8) {
    return headed('accept, token', {
      ...{ ...json, accept: chance.pick(accepts), authorization: chance.pick(tokens) },
    });
  }
  if (way < 9) return encoded(chance);
  return bytes(chance);
}

function headed(name: string, headers: Readonly<Record<string, string>>): HttpInput {
  return { ...post(`${name}, ${JSON.stringify(headers)}`, { body: sound }), headers };
}

function encoded(chance: Chance): HttpInput {
  const encoding = chance.pick(['gzip', 'br', 'deflate', 'identity', 'x', 'gzip, gzip']);
  const bomb = gzipSync(Buffer.alloc(5_000_000, 32));
  const body = chance.pick([gzipSync(sound), bomb, Buffer.from(sound)]);
  const headers = { ...json, 'content-encoding': encoding };
  return { ...post(`content encoding, ${encoding}`, { body: '' }), headers, body };
}

const head = (lines: readonly string[]) => Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
const asJson = ['Host: x', 'Content-Type: application/json'];
const posting = ['POST /graphql HTTP/1.1', ...asJson];
const upgrading = ['Host: x', 'Connection: Upgrade', 'Upgrade: websocket'];
const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';

const refused = /^HTTP\/1\.1 4\d\d /;
const anything = /^HTTP\/1\.1 [1-4]\d\d /;

/** What no HTTP library sends. */
const raw: Readonly<Record<string, readonly [RegExp, ...Buffer[]]>> = {
  'a negative length': [refused, head([...posting, 'Content-Length: -1'])],
  'a length that is no number': [refused, head([...posting, 'Content-Length: 1e3'])],
  'a huge length': [
    refused,
    head([...posting, 'Content-Length: 999999999999']),
    Buffer.from(sound),
  ],
  'a length beyond all numbers': [refused, head([...posting, `Content-Length: ${'9'.repeat(40)}`])],
  'two lengths': [refused, head([...posting, 'Content-Length: 2', 'Content-Length: 26'])],
  'a length and pieces': [
    refused,
    head([...posting, 'Content-Length: 26', 'Transfer-Encoding: chunked']),
    Buffer.from('0\r\n\r\n'),
  ],
  'broken pieces': [
    refused,
    head([...posting, 'Transfer-Encoding: chunked']),
    Buffer.from('zz\r\n'),
  ],
  'pieces that never end': [
    refused,
    head([...posting, 'Transfer-Encoding: chunked']),
    Buffer.from(`${'1000\r\n'}${'x'.repeat(4096)}\r\n`.repeat(20)),
  ],
  'a head without end': [refused, Buffer.from(`GET / HTTP/1.1\r\nX: ${'x'.repeat(40_000)}`)],
  'a thousand headers': [
    anything,
    head(['GET / HTTP/1.1', 'Host: x', ...Array(1_900).fill('A: b')]),
  ],
  'no HTTP': [refused, Buffer.from(`\x16\x03\x01${planted}\r\n\r\n`, 'latin1')],
  'another HTTP': [refused, head(['GET / HTTP/9.9', 'Host: x'])],
  'a method that is none': [refused, head([`${planted} / HTTP/1.1`, 'Host: x'])],
  'an address of ours in full': [anything, head(['GET http://[::1/ HTTP/1.1', 'Host: x'])],
  'an upgrade at no path': [refused, head(['GET // HTTP/1.1', ...upgrading, key])],
  'an upgrade at a broken address': [refused, head(['GET http://[ HTTP/1.1', ...upgrading, key])],
  'an upgrade elsewhere': [refused, head(['GET /x HTTP/1.1', ...upgrading, key])],
  'an upgrade without a key': [refused, head(['GET /graphql HTTP/1.1', ...upgrading])],
  'an upgrade of another kind': [
    refused,
    head(['GET /graphql HTTP/1.1', 'Host: x', 'Connection: Upgrade', 'Upgrade: h2c', key]),
  ],
  'an upgrade of an odd version': [
    refused,
    head(['GET /graphql HTTP/1.1', ...upgrading, key, 'Sec-WebSocket-Version: 99']),
  ],
  'an upgrade with odd protocols': [
    anything,
    head([
      ...['GET /graphql HTTP/1.1', ...upgrading, key, 'Sec-WebSocket-Version: 13'],
      'Sec-WebSocket-Protocol: ,,graphql-transport-ws,graphql-transport-ws',
    ]),
  ],
  'an upgrade from an odd origin': [
    refused,
    head([
      ...['GET /graphql HTTP/1.1', ...upgrading, key, 'Sec-WebSocket-Version: 13'],
      ...['Origin: null', 'Sec-WebSocket-Protocol: graphql-transport-ws'],
    ]),
  ],
  'an upgrade by POST': [refused, head(['POST /graphql HTTP/1.1', ...upgrading, key])],
};

function bytes(chance: Chance): BytesInput {
  const [name, [answer, ...parts]] = chance.pick(Object.entries(raw));
  return { via: 'bytes', name: `bytes, ${name}`, parts, answer };
}
