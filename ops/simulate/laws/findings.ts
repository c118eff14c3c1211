/** A law that was broken, told so that somebody who was not there understands it. */
export type Violation = {
  readonly law: number;
  readonly kind: string; // stable: tests and tables name it
  readonly line: number; // of the history, where it came to light; 0: only the end shows it
  readonly says: string;
};

/** What broke which law; of each kind the first few are kept and all are counted. */
export type Findings = {
  report(violation: Violation): void;
  kept(): readonly Violation[];
  counts(): ReadonlyMap<string, number>;
  ofLaw(law: number): number;
};

const keptOfAKindMax = 10;

export function openFindings(): Findings {
  const kept: Violation[] = [];
  const counts = new Map<string, number>();
  const ofLaws = new Map<number, number>();
  return {
    report: (violation) => {
      const before = counts.get(violation.kind) ?? 0;
      counts.set(violation.kind, before + 1);
      ofLaws.set(violation.law, (ofLaws.get(violation.law) ?? 0) + 1);
      if (before < keptOfAKindMax) kept.push(violation);
    },
    kept: () => kept.toSorted((a, b) => a.law - b.law || a.line - b.line),
    counts: () => counts,
    ofLaw: (law) => ofLaws.get(law) ?? 0,
  };
}
