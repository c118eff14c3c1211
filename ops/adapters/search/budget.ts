/** What one question may take. */
export type BudgetOptions = {
  /** After so much work it ends with what it has. */
  readonly budgetMs: number;
  /** How many rows are looked at before the clock is asked again. */
  readonly rowsBetween: number;
};

/** A question that asks for little is never cut by these. */
export const usualBudget: BudgetOptions = { budgetMs: 25, rowsBetween: 64 };

/** Asked between rows and between steps: an engine cannot be stopped while it reads its lists. */
export type Budget = {
  /** Once for each row that was looked at: true when it is time to end behind it. */
  isSpentBehindRow(): boolean;
  /** Once for each step: true when it is time to end before it; never before the first. */
  isSpentBeforeStep(): boolean;
};

/** Counts from now on, by a clock of work that was done (ms). */
export function openBudget(
  { budgetMs, rowsBetween }: BudgetOptions,
  workedMs: () => number,
): Budget {
  const begunMs = workedMs();
  const isOver = () => workedMs() - begunMs >= budgetMs;
  let rows = 0;
  let steps = 0;
  return {
    isSpentBehindRow: () => {
      rows += 1;
      return rows % rowsBetween === 0 && isOver();
    },
    isSpentBeforeStep: () => {
      steps += 1;
      return steps > 1 && isOver();
    },
  };
}
