/** Names and what they stand for: `Ada.token`, `Ben.id`, `conversation`. */
export type Known = Readonly<Record<string, string>>;

export type Filled<Value> =
  | { readonly kind: 'filled'; readonly value: Value }
  | { readonly kind: 'missing'; readonly says: string }; // a sentence with what to do

/** Puts what is known where {{name}} stands, in every text of a JSON value. */
export function fill<Value>(value: Value, known: Known, newId: () => string): Filled<Value> {
  const missing = new Set<string>();
  const filled = walk(value);
  const [first] = missing;
  return first === undefined
    ? { kind: 'filled', value: filled as Value }
    : { kind: 'missing', says: wayTo(first) };

  function walk(inner: unknown): unknown {
    if (typeof inner === 'string') return inner.replace(/\{\{\s*([^{}]+?)\s*\}\}/g, put);
    if (Array.isArray(inner)) return inner.map(walk);
    if (typeof inner !== 'object' || inner === null) return inner;
    return Object.fromEntries(Object.entries(inner).map(([name, one]) => [name, walk(one)]));
  }

  function put(_whole: string, name: string): string {
    if (name === 'uuidv7') return newId();
    const found = Object.hasOwn(known, name) ? known[name] : undefined;
    if (found === undefined) missing.add(name);
    return found ?? '';
  }
}

/** What an answer teaches: who logged in with which token, and which conversation was opened. */
export function learnt(answer: unknown): Known {
  const data = fieldOf(answer, 'data');
  if (typeof data !== 'object' || data === null) return {};
  return Object.assign({}, ...Object.values(data).map(learntFromPayload));
}

function learntFromPayload(payload: unknown): Known {
  const token = textAt(payload, ['session', 'accessToken']);
  const name = textAt(payload, ['viewer', 'person', 'name']);
  const id = textAt(payload, ['viewer', 'person', 'id']);
  const conversation = textAt(payload, ['conversation', 'id']);
  return {
    ...(token && name && { [`${name}.token`]: token }),
    ...(id && name && { [`${name}.id`]: id }),
    ...(conversation && { conversation }),
  };
}

function wayTo(name: string): string {
  const [person, what] = name.split('.');
  if (what === 'token' || what === 'id') {
    return `{{${name}}} is not known yet: register or log in as ${person} in this page first.`;
  }
  return name === 'conversation'
    ? '{{conversation}} is not known yet: run the tab OpenDirect first.'
    : `{{${name}}} is nothing this page knows: put the value itself there.`;
}

function textAt(value: unknown, path: readonly string[]): string | null {
  const found = path.reduce<unknown>(fieldOf, value);
  return typeof found === 'string' ? found : null;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
