import type { FinalLag } from '../history.ts';
import type { Findings } from './findings.ts';
import type { Known } from './known.ts';
import { named } from './known.ts';
import type { Law } from './law.ts';

const number = 13;

/** Law 13. Sends are resolved by trying again, and nobody stays behind. */
export function healingLaw(
  known: Known,
  { findings: { report }, lagMsMax }: { readonly findings: Findings; readonly lagMsMax: number },
): Law {
  const lags = new Map<string, FinalLag[]>();
  return {
    number,
    sentence: 'After a fault heals, lag is normal again and every open question gets an answer.',
    lag: (lag) => {
      lags.set(lag.consumer, [...(lags.get(lag.consumer) ?? []), lag]);
    },
    end: () => {
      for (const message of known.messages.values()) {
        if (message.last !== 'unknown' && message.last !== 'asked') continue;
        const says = `nobody learnt what became of ${named(message)}: no attempt was answered.`;
        report({ law: number, kind: 'never-resolved', line: message.line, says });
      }
      for (const { line, op, person, asked } of known.operations.values()) {
        if (known.healedLine === 0 || line < known.healedLine || asked.do === 'send') continue;
        const says = `operation ${op} (${asked.do} of ${person}) has no answer, and all is well.`;
        report({ law: number, kind: 'never-answered', line, says });
      }
      for (const [consumer, told] of lags) {
        const wrong = behind(told, lagMsMax);
        if (wrong === null) continue;
        report({ ...wrong, law: number, line: 0, says: `${consumer} ${wrong.says}` });
      }
    },
  };
}

function behind(
  told: readonly FinalLag[],
  lagMsMax: number,
): { readonly kind: string; readonly says: string } | null {
  const newest = told.at(-1);
  if (newest === undefined) return null;
  if (newest.events > 0) {
    const after = `${Math.round(newest.sinceHealedMs)} ms after the last fault`;
    return { kind: 'lag-remains', says: `is ${newest.events} events behind ${after}.` };
  }
  const caughtUp = told.find(({ events }) => events === 0)?.sinceHealedMs ?? 0;
  if (caughtUp <= lagMsMax) return null;
  const took = `took ${Math.round(caughtUp)} ms to catch up; ${lagMsMax} ms are allowed.`;
  return { kind: 'lag-too-long', says: took };
}
