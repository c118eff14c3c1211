import type { Law } from './law.ts';

/** Who hears what: the laws' functions by what they are told. */
export type Hearing = {
  readonly [What in Told]: readonly NonNullable<Law[What]>[];
};

type Told = Exclude<keyof Law, 'number' | 'sentence' | 'end'>;

export function hearingOf(laws: readonly Law[]): Hearing {
  const who = <What extends Told>(what: What) =>
    laws.map((law) => law[what]).filter((hear) => hear !== undefined) as NonNullable<Law[What]>[];
  return {
    answered: who('answered'),
    shown: who('shown'),
    page: who('page'),
    inboxRow: who('inboxRow'),
    frame: who('frame'),
    log: who('log'),
    wholeHistory: who('wholeHistory'),
    rebuild: who('rebuild'),
    lag: who('lag'),
  };
}
