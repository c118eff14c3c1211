import { openEmbeddedEventLog } from './embedded.ts';
import type { EventLog } from './port.ts';

export type EventLogConfig = { readonly kind: 'embedded'; readonly path: string };

/** Chooses the driver. */
export function openEventLog(config: EventLogConfig, now: () => number): EventLog {
  return openEmbeddedEventLog({ path: config.path, now });
}
