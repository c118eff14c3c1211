import type { Frame, Input } from './input.ts';

/** An input for a person: a line for the shell, or what goes over the connection. */
export function show(input: Input, url: string): string {
  if (input.via === 'bytes') return input.parts.map((part) => quoted(part)).join(' ');
  if (input.via === 'frames') {
    const frames = input.frames.length > 12 ? input.frames.slice(0, 12) : input.frames;
    const more = input.frames.length > 12 ? [`… ${input.frames.length} frames in all`] : [];
    return [input.init ? 'connection_init' : 'no init', ...frames.map(framed), ...more].join(
      '\n  ',
    );
  }
  const { method, path, headers, body } = input;
  const given = Object.entries(headers).map(([name, value]) => ` -H ${header(name, value)}`);
  const data = body === null ? '' : ` --data-binary ${shell(body.toString().slice(0, 2_000))}`;
  return `curl -s -X ${method} ${shell(`${url}${path}`)}${given.join('')}${data}`;
}

/** The token of the moment is of no use later: `TOKEN` is that of anybody who is logged in. */
function header(name: string, value: string): string {
  return /^Bearer .{200}/.test(value) ? `"${name}: Bearer $TOKEN"` : shell(`${name}: ${value}`);
}

function framed({
  opcode,
  payload,
  fin = true,
  reserved = 0,
  masked = true,
  claims,
}: Frame): string {
  const odd = [
    ...[fin ? '' : ', goes on', reserved === 0 ? '' : `, reserved ${reserved}`],
    ...[masked ? '' : ', unmasked', claims === undefined ? '' : `, says ${claims} bytes`],
  ];
  return `opcode ${opcode}${odd.join('')}: ${quoted(payload)}`;
}

function quoted(bytes: Buffer): string {
  return JSON.stringify(bytes.toString('latin1').slice(0, 400));
}

function shell(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
