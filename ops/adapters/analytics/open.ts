import { openClickHouse } from './clickhouse.ts';
import { openEmbeddedAnalytics } from './embedded.ts';
import { switchedOff } from './off.ts';
import type { Analytics } from './port.ts';

/** Which driver, and what it needs to know. */
export type AnalyticsConfig =
  | { readonly kind: 'embedded'; readonly folder: string }
  | { readonly kind: 'clickhouse'; readonly url: string }
  | { readonly kind: 'off' };

/** With the address at which another process of this machine reaches the same facts. */
export type OpenedAnalytics = Analytics & {
  /** As PARLEY_ANALYTICS has it; `off` where nothing runs. An embedded engine is started for it. */
  address(): Promise<string>;
};

/** Chooses the driver. */
export async function openAnalytics(config: AnalyticsConfig): Promise<OpenedAnalytics> {
  if (config.kind === 'embedded') {
    const embedded = openEmbeddedAnalytics(config);
    const address = () => embedded.address().catch(() => null);
    return { ...embedded, address: async () => (await address()) ?? 'off' };
  }
  if (config.kind === 'clickhouse') {
    return { ...(await openClickHouse(config)), address: async () => config.url };
  }
  const off = switchedOff('Analytics are switched off (PARLEY_ANALYTICS).');
  return { ...off, address: async () => 'off' };
}
