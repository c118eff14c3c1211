import type { SpanAttributes, SpanName } from './traces/table.ts';

/**
 * Where rooms tell what takes time on the way of one request. A process that records no traces has
 * none of this: rooms get `undefined`, and to look whether it is there is all that it costs them.
 */
export type Tracing = {
  /** Whether the request that comes now is to be recorded: our own choice, never the caller's. */
  chosen(): boolean;
  /** Under its parent, or a trace of its own. It counts from now. */
  begin(name: SpanName, from?: SpanOrigin): Span;
  /** What happens inside, and all that it sets off, is part of the span; with null, of none. */
  within<Answer>(span: Span | null, work: () => Answer): Answer;
  /** The span of which this is a part; undefined where no trace is recorded. */
  here(): string | undefined;
};

/** From where a span comes: W3C traceparents. */
export type SpanOrigin = {
  readonly parent?: string | undefined; // of a trace that is recorded
  readonly links?: readonly string[] | undefined;
  readonly attributes?: SpanAttributes | undefined;
};

/** A stretch of time under a name of the table. */
export type Span = {
  readonly traceparent: string;
  /** What the table does not know of this span is left out. */
  tell(attributes: SpanAttributes): void;
  /** The first time counts. */
  end(attributes?: SpanAttributes): void;
};
