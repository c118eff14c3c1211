/**
 * Where a trace stands, in the words of W3C Trace Context (version 00): which trace, and which of
 * its spans. Only traces that are recorded are written anywhere, so its flags are always 01.
 */
export type Traceparent = string;

const shape = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Whether a text that came from somewhere is one; its flags may be any. */
export function isTraceparent(text: unknown): text is Traceparent {
  return typeof text === 'string' && shape.test(text);
}

const nothing = new Uint8Array(0);

/** An event's metadata: nothing, or the trace in which it came to be. Nobody decides by it. */
export function encodeMetadata(traceparent: Traceparent | undefined): Uint8Array {
  return traceparent === undefined ? nothing : Buffer.from(JSON.stringify({ traceparent }));
}

const metadataMax = 1_024; // of bytes looked at: more is not ours

/** Undefined where there is none, also in metadata that others wrote. */
export function traceparentIn(metadata: Uint8Array): Traceparent | undefined {
  if (metadata.length === 0 || metadata.length > metadataMax) return undefined;
  try {
    const found: unknown = JSON.parse(Buffer.from(metadata).toString('utf8'));
    const { traceparent } = (found ?? {}) as { readonly traceparent?: unknown };
    return isTraceparent(traceparent) ? traceparent : undefined;
  } catch {
    return undefined;
  }
}
