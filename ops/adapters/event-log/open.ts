import { openEmbeddedEventLog } from './embedded.ts';
import { openKafkaEventLog } from './kafka.ts';
import type { EventLog } from './port.ts';
import { openServedEventLog } from './served.ts';

/** Which driver, and what it needs to know. */
export type EventLogConfig =
  | { readonly kind: 'embedded'; readonly path: string } // of the file
  | { readonly kind: 'served'; readonly path: string } // of another process's socket
  | {
      readonly kind: 'kafka';
      readonly url: string;
      readonly library: 'platformatic' | 'kafkajs';
    };

/** Chooses the driver. */
export async function openEventLog(config: EventLogConfig, now: () => number): Promise<EventLog> {
  if (config.kind === 'kafka') return openKafkaEventLog(config);
  const { kind, path } = config;
  return kind === 'embedded' ? openEmbeddedEventLog({ path, now }) : openServedEventLog({ path });
}
