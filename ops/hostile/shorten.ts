import type { Input } from './input.ts';

const triesMax = 60;

/** The shortest input found that is still complained of in the same way. */
export async function shorten(
  input: Input,
  isStillWrong: (shorter: Input) => Promise<boolean>,
): Promise<Input> {
  let shortest = input;
  let tries = 0;
  for (let found = true; found; ) {
    found = false;
    for (const shorter of shorterOf(shortest)) {
      tries += 1;
      if (tries > triesMax) return shortest;
      if (!(await isStillWrong(shorter))) continue;
      shortest = shorter;
      found = true;
      break;
    }
  }
  return shortest;
}

function* shorterOf(input: Input): Generator<Input> {
  if (input.via === 'bytes') return;
  if (input.via === 'frames') {
    const { frames } = input;
    for (const part of halvesOf(frames)) yield { ...input, frames: part };
    return;
  }
  const { body } = input;
  if (body === null) return;
  for (const value of shorterValues(parsed(body))) {
    yield { ...input, body: Buffer.from(JSON.stringify(value)) };
  }
}

/** Without its first or second half, or without one of them. */
function* halvesOf<Thing>(all: readonly Thing[]): Generator<readonly Thing[]> {
  if (all.length < 2) return;
  const middle = Math.ceil(all.length / 2);
  yield all.slice(0, middle);
  yield all.slice(middle);
  if (all.length > 8) return;
  for (const at of all.keys()) yield all.filter((_, one) => one !== at);
}

/** The value with one of its parts left out, or a text of it cut in half. */
function* shorterValues(value: unknown): Generator<unknown> {
  if (typeof value === 'string' && value.length > 8) yield value.slice(0, value.length / 2);
  if (Array.isArray(value)) yield* halvesOf(value);
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    const { [name]: _, ...rest } = value as Record<string, unknown>;
    if (!Array.isArray(value)) yield rest;
    for (const shorter of shorterValues(inner)) {
      yield Array.isArray(value)
        ? value.map((one, at) => (String(at) === name ? shorter : one))
        : { ...value, [name]: shorter };
    }
  }
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return null;
  }
}
