import type { Traceparent } from '../traceparent.ts';
import { isTraceparent, traceparentIn } from '../traceparent.ts';
import type { EventRecord, LogValue, WatermarkRecord } from './envelope.ts';

/** What the relay needs of a stored event; its data is passed on as the JSON text that it is. */
export type EventToRecord = {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: bigint;
  readonly type: string;
  readonly recordedAtMs: number;
  readonly data: Uint8Array;
  readonly metadata?: Uint8Array | undefined;
};

/** The event's record: the sealed data goes in unread. */
export function encodeRecord(event: EventToRecord): string {
  const { id, stream, revision, position, type, recordedAtMs, data } = event;
  const open = { kind: 'event', id, stream, revision, position: position.toString(), type };
  const head = JSON.stringify({ ...open, recordedAtMs });
  const text = Buffer.from(data.buffer, data.byteOffset, data.length);
  const record = `${head.slice(0, -1)},"data":${text}}`;
  const traceparent = event.metadata && traceparentIn(event.metadata);
  return traceparent === undefined ? record : begun(traceparent) + record.slice(untraced.length);
}

const untraced = '{"kind":"event",';
const traced = `${untraced}"traceparent":"`;
const traceparentLength = 55;

function begun(traceparent: Traceparent): string {
  return `${traced}${traceparent}",`;
}

/** The trace that an event's record names; undefined where it names none. */
export function traceparentOf(value: string): Traceparent | undefined {
  if (!value.startsWith(traced)) return undefined;
  const found = value.slice(traced.length, traced.length + traceparentLength);
  return isTraceparent(found) ? found : undefined;
}

/** The same record under another span of its trace. */
export function underSpan(value: string, traceparent: Traceparent): string {
  return begun(traceparent) + value.slice(begun(traceparent).length);
}

export function encodeWatermark(position: bigint): string {
  const record: WatermarkRecord = { kind: 'watermark', position: position.toString() };
  return JSON.stringify(record);
}

/** Null when the text is no record of ours. */
export function parseRecord(text: string): LogValue | null {
  try {
    const value: LogValue = JSON.parse(text);
    if (value.kind === 'watermark') return typeof value.position === 'string' ? value : null;
    return value.kind === 'event' && isEvent(value) ? value : null;
  } catch {
    return null;
  }
}

function isEvent({ id, stream, revision, position, type }: EventRecord): boolean {
  return (
    typeof id === 'string' &&
    typeof stream === 'string' &&
    typeof revision === 'number' &&
    typeof position === 'string' &&
    typeof type === 'string'
  );
}
