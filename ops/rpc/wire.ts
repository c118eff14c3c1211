/** How messages cross between two processes of one machine: JSON, one gRPC method of each shape. */
export const callPath = '/parley.Engines/Call';
export const linePath = '/parley.Engines/Line';
/** A batch of records may hold some hundred messages of 32 KiB each. */
export const messageBytesMax = 64 * 1_048_576;

/** What opens a call or a line. */
export type Opening = { readonly method: string; readonly request: unknown };

export function encode(message: unknown): Buffer {
  return Buffer.from(JSON.stringify(message) ?? 'null');
}

export function decode(bytes: Buffer): unknown {
  return JSON.parse(bytes.toString('utf8'));
}

/** One end of a line: messages both ways, in order, until one of both ends it. */
export type Line = {
  /** Resolves when there is room for more; a line that is over takes nothing. */
  send(message: unknown): Promise<void>;
  /** The next message; undefined when the line is over. */
  receive(): Promise<unknown>;
  /** How many messages wait to be sent. */
  waiting(): number;
  readonly over: AbortSignal;
  end(): void;
};
