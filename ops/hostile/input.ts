/** What is at fault in an input that is sound but for one place. */
export type Fault = {
  readonly at: readonly string[]; // the argument, then the input fields below it; none: the whole
  readonly refuse: boolean; // an answer without an error is wrong
  readonly code?: 'BAD_INPUT' | undefined; // any other error is wrong too
};

/** Wrong as a whole. */
export const unfit: Fault = { at: [], refuse: true };

/** One request over HTTP. */
export type HttpInput = {
  readonly via: 'http';
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
  readonly fault: Fault | null; // null: nothing is known but that it must be answered properly
};

/** Bytes on a fresh connection, whatever they are: no HTTP library would send them. */
export type BytesInput = {
  readonly via: 'bytes';
  readonly name: string;
  readonly parts: readonly Buffer[];
  readonly answer: RegExp; // the first line of what comes back; the connection may also just end
};

/** Frames on a socket, after the handshake. */
export type FramesInput = {
  readonly via: 'frames';
  readonly name: string;
  readonly token: string;
  readonly init: boolean; // whether a sound connection_init goes first
  readonly frames: readonly Frame[];
  readonly ends: Ending;
  readonly fault: Fault | null; // of the one operation that the frames ask
};

export type Frame = {
  readonly opcode: number;
  readonly payload: Buffer;
  readonly fin?: boolean; // true unless told
  readonly reserved?: number; // bits 4 to 6 of the first byte
  readonly masked?: boolean; // true unless told
  readonly claims?: bigint; // a length other than that of the payload
};

/**
 * How a socket ends: the server closes it with one of the codes, or answers and stays open until
 * we leave.
 */
export type Ending =
  | { readonly kind: 'closes'; readonly codes: readonly number[] }
  | { readonly kind: 'answers'; readonly operation: string }
  | { readonly kind: 'stays' };

export type Input = HttpInput | BytesInput | FramesInput;

export const json = { 'content-type': 'application/json' } as const;

/** A POST of parameters as every client makes it. */
export function post(
  name: string,
  { body, token, fault = null }: { body: string; token?: string | undefined; fault?: Fault | null },
): HttpInput {
  const headers = { ...json, ...(token !== undefined && { authorization: `Bearer ${token}` }) };
  return {
    ...{ via: 'http', name, method: 'POST', path: '/graphql', headers, fault },
    body: Buffer.from(body),
  };
}

export function text(payload: string): Frame {
  return { opcode: 1, payload: Buffer.from(payload) };
}

export function message(payload: object): Frame {
  return text(JSON.stringify(payload));
}
