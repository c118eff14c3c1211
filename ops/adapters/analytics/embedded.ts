import { openClickHouse } from './clickhouse.ts';
import type { KeptEngine } from './kept-engine.ts';
import { keepEngine } from './kept-engine.ts';
import { switchedOff } from './off.ts';
import type { Analytics } from './port.ts';
import { AnalyticsUnavailable } from './port.ts';

export type EmbeddedAnalytics = Analytics & {
  /** Where other processes of this machine reach the same engine; null where there is none. */
  address(): Promise<string | null>;
  /** The engine's process; null while none runs. */
  pid(): number | null;
};

/**
 * Analytics on the engine of ClickHouse in a process of ours (`engine/`), which starts with the
 * first call, is started again when it ends, and ends with us. Where chdb has no engine for the
 * machine it is switched off, with one warning.
 */
export function openEmbeddedAnalytics({ folder }: { readonly folder: string }): EmbeddedAnalytics {
  type Started = { readonly analytics: Analytics; readonly engine: KeptEngine | null };
  let starting: Promise<Started> | null = null;
  let engine: KeptEngine | null = null;
  let failed: string | null = null; // why the last start did not come off

  const start = async (): Promise<Started> => {
    try {
      engine = await keepEngine(folder);
      return { analytics: await openClickHouse({ url: engine.url }), engine };
    } catch (cause) {
      await engine?.stop();
      engine = null;
      const reason = cause instanceof Error ? cause.message : String(cause);
      if (!/has no engine for this machine/.test(reason)) throw new AnalyticsUnavailable(reason);
      const off = `Analytics are switched off on this machine: ${reason}`;
      process.emitWarning(off);
      return { analytics: switchedOff(off), engine: null };
    }
  };
  const started = (): Promise<Started> => {
    starting ??= start().then(
      (opened) => {
        failed = null;
        return opened;
      },
      (cause: Error) => {
        starting = null; // the next call tries again
        failed = cause.message;
        throw cause;
      },
    );
    return starting;
  };
  const analytics = async (): Promise<Analytics> => (await started()).analytics;
  return {
    define: async (statements) => (await analytics()).define(statements),
    insert: async (batch) => (await analytics()).insert(batch),
    ask: async (question) => (await analytics()).ask(question),
    health: async () => {
      if (starting === null && failed !== null) return { ok: false, reason: failed };
      if (starting === null) return { ok: true }; // nobody has needed it yet
      return analytics().then(
        (opened) => opened.health(),
        (cause: Error) => ({ ok: false, reason: cause.message }),
      );
    },
    address: async () => (await started()).engine?.url ?? null,
    pid: () => engine?.pid() ?? null,
    [Symbol.asyncDispose]: async () => {
      if (starting === null) return;
      const opened = await starting.catch(() => null);
      await opened?.analytics[Symbol.asyncDispose]();
      await engine?.stop();
    },
  };
}
