import { openEmbeddedEventLog } from './embedded.ts';
import type { EventLog } from './port.ts';
import { openServedEventLog } from './served.ts';

/** Which driver, and what it needs to know. */
export type EventLogConfig =
  | { readonly kind: 'embedded'; readonly path: string } // of the file
  | { readonly kind: 'served'; readonly path: string }; // of another process's socket

/** Chooses the driver. */
export function openEventLog({ kind, path }: EventLogConfig, now: () => number): EventLog {
  return kind === 'embedded' ? openEmbeddedEventLog({ path, now }) : openServedEventLog({ path });
}
