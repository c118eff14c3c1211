/**
 * A record of the events topic is one JSON text: either an event exactly as the event store holds
 * it (still sealed), or a watermark.
 */
export type EventRecord = {
  readonly kind: 'event';
  /** The span that brought it here, of a trace that is recorded (W3C Trace Context). */
  readonly traceparent?: string | undefined;
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: string; // decimal
  readonly type: string;
  readonly recordedAtMs: number;
  readonly data: unknown; // the stored JSON value
};
export type WatermarkRecord = { readonly kind: 'watermark'; readonly position: string };
export type LogValue = EventRecord | WatermarkRecord;
