import type { Defect } from './defect.ts';

/** What became of one defect; caught by nobody: it survived. */
export type Outcome = {
  readonly defect: Defect;
  readonly caughtBy: readonly string[];
  readonly seconds: number;
  readonly output: string;
};

/** For a terminal. */
export function rowsOf(outcomes: readonly Outcome[]): readonly string[] {
  return outcomes.map(({ defect, caughtBy, seconds }) => {
    const who = caughtBy.length === 0 ? 'NOBODY' : noticedBy(caughtBy);
    return `${defect.name.padEnd(32)} ${seconds.toFixed(1).padStart(5)} s  ${who}`;
  });
}

/** The page that is kept. */
export function pageOf(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ defect, caughtBy, seconds }) => {
    const who = caughtBy.length === 0 ? '**nobody**' : noticedBy(caughtBy);
    const cells = [defect.says, defect.breaks, `\`${defect.file}\``, who, seconds.toFixed(1)];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  const total = outcomes.reduce((sum, { seconds }) => sum + seconds, 0);
  return [
    '# Broken builds',
    '',
    'Each row is one wrong line, put into a copy of the code on purpose, and what noticed.',
    '`npm run check:broken` does it again; `-- NAME` for one, `-- --list` for their names,',
    '`-- --write` writes this page. A defect that nobody notices fails the run.',
    '',
    'Who notices is a test, by its name, or a simulated seed, by the law that it was asked for;',
    'not to load is no notice.',
    '',
    '| defect | breaks | file | noticed by | seconds |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
    `${outcomes.length} defects, ${Math.round(total)} s.`,
    '',
  ].join('\n');
}

function noticedBy([first = '', ...more]: readonly string[]): string {
  return more.length === 0 ? first : `${first} (and ${more.length} more)`;
}
