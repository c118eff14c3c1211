/** Whole numbers that somebody saw, as sorted spans: few, since people see stretches. */
export type Spans = { from: number; to: number; line: number }[];

/** Adds one number; `line` of a span is where it last grew. */
export function addTo(spans: Spans, number: number, line: number): void {
  const last = spans.at(-1);
  if (last === undefined || number > last.to + 1) {
    spans.push({ from: number, to: number, line });
    return;
  }
  if (number === last.to + 1) {
    last.to = number;
    last.line = line;
    return;
  }
  if (number < last.from) insert(spans, number, line);
}

/** The first number of the spans that no allowed span holds, with its line; null: none. */
export function firstOutside(
  spans: Spans,
  allowed: readonly { readonly from: number; readonly to: number }[],
): { readonly number: number; readonly line: number } | null {
  for (const { from, to, line } of spans) {
    let number = from;
    while (number <= to) {
      const holding = allowed.find((span) => span.from <= number && number <= span.to);
      if (holding === undefined) return { number, line };
      number = holding.to + 1;
    }
  }
  return null;
}

function insert(spans: Spans, number: number, line: number): void {
  let at = spans.length - 1;
  while (at > 0 && (spans[at - 1]?.from ?? 0) > number) at -= 1;
  const [before, after] = [spans[at - 1], spans[at]];
  if (before !== undefined && number <= before.to) return;
  const joinsAfter = after !== undefined && number === after.from - 1;
  if (before !== undefined && number === before.to + 1) {
    before.to = joinsAfter ? after.to : number;
    before.line = line;
    if (joinsAfter) spans.splice(at, 1);
  } else if (joinsAfter) {
    after.from = number;
    after.line = line;
  } else spans.splice(at, 0, { from: number, to: number, line });
}
