import { parentPort, workerData } from 'node:worker_threads';
import type { BudgetOptions } from '../budget.ts';
import { CursorRefused, SearchUnavailable } from '../port.ts';
import type { SearchEngine } from './engine.ts';
import { openSearchEngine } from './engine.ts';

/** What the thread is asked, in the order in which it answers. */
export type Asked = {
  readonly ticket: number;
  readonly what: Exclude<keyof SearchEngine, 'close'> | 'close';
  readonly of: unknown;
};
/** What it says: once that it works, then an answer for each ticket. */
export type Said =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unusable'; readonly reason: string }
  | { readonly kind: 'answer'; readonly ticket: number; readonly value: unknown }
  | {
      readonly kind: 'refused';
      readonly ticket: number;
      readonly reason: string;
      readonly isCursor: boolean;
      /** Of the file or its indices, whatever was asked: it may work another time. */
      readonly isAway: boolean;
    };

/** The engine on a thread of its own: a long search holds up other searches, and nothing else. */
const { path, budget }: { path: string; budget: BudgetOptions } = workerData;
const port = parentPort;
if (!port) throw new Error('the search runs as a worker thread');
const say = (said: Said): void => port.postMessage(said);

const engine = open();
if (engine) {
  say({ kind: 'ready' });
  port.on('message', ({ ticket, what, of }: Asked) => {
    try {
      const value = engine[what](of as never) as unknown;
      say({ kind: 'answer', ticket, value });
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : 'unknown';
      const isCursor = cause instanceof CursorRefused;
      say({ kind: 'refused', ticket, reason, isCursor, isAway: isOfFile(cause) });
    }
    if (what === 'close') port.close();
  });
}

function open(): SearchEngine | null {
  try {
    return openSearchEngine(path, budget);
  } catch (cause) {
    say({ kind: 'unusable', reason: cause instanceof Error ? cause.message : 'unknown' });
    return null;
  }
}

function isOfFile(cause: unknown): boolean {
  if (cause instanceof SearchUnavailable) return true;
  return cause instanceof Error && 'code' in cause && cause.code === 'ERR_SQLITE_ERROR';
}
