import type { Analytics } from './port.ts';
import { AnalyticsSwitchedOff } from './port.ts';

/** Analytics that are switched off, for a reason that everybody who asks is told. */
export function switchedOff(reason: string): Analytics {
  const refuse = async (): Promise<never> => {
    throw new AnalyticsSwitchedOff(reason);
  };
  return {
    ...{ define: refuse, insert: refuse, ask: refuse },
    health: async () => ({ ok: false, reason }),
    [Symbol.asyncDispose]: async () => undefined,
  };
}
