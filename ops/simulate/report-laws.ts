import type { LawVerdict, Verdict } from './laws.ts';

/** A verdict for people: what was looked at, how each law fared, then each violation. */
export function toldOf({ seen, laws, violations, found, isClean }: Verdict): string {
  const count = (value: number, what: string) => `${value.toLocaleString('en')} ${what}`;
  const looked = [
    count(seen.operations, `operations (${seen.unknown.toLocaleString('en')} unknown)`),
    count(seen.pages, 'pages'),
    count(seen.inboxes, 'inboxes'),
    count(seen.frames, 'frames'),
    count(seen.shown, 'messages seen'),
    count(seen.log, 'events of the log'),
  ];
  const finals = [
    count(seen.timelines, 'timelines'),
    count(seen.devices, 'devices'),
    count(seen.rebuilds, 'rebuilds'),
    count(seen.lags, 'lags'),
  ];
  const broken = [...found.values()].reduce((sum, of) => sum + of, 0);
  return [
    `${looked.join(', ')}; at the end ${finals.join(', ')}.`,
    '',
    ...laws.map(lineOf),
    ...violations.map(({ law, kind, line, says }) => {
      const where = line > 0 ? `line ${line}` : 'at the end';
      return `\nlaw ${law}, ${kind}, ${where}:\n  ${says}`;
    }),
    ...leftOut(found, violations),
    '',
    isClean ? 'No law is broken.' : `${broken} violations.`,
  ].join('\n');
}

function lineOf({ number, sentence, violations, unchecked }: LawVerdict): string {
  const verdict =
    violations > 0
      ? `BROKEN, ${violations} times`
      : unchecked
        ? `not checked: ${unchecked}`
        : 'holds';
  return `${String(number).padStart(2)}  ${sentence}\n    ${verdict}`;
}

/** Kinds of which more were found than are told. */
function leftOut(found: Verdict['found'], violations: Verdict['violations']): readonly string[] {
  return [...found].flatMap(([kind, of]) => {
    const told = violations.filter((violation) => violation.kind === kind).length;
    return of > told ? [`\n${kind}: ${of} in all, of which ${told} are told here.`] : [];
  });
}
