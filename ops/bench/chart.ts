/**
 * Pictures of measurements as SVG text, for pages that are read in a browser: curves and bars,
 * nothing that moves, no script, colours that hold on white and on black.
 */
export type Axis = { readonly label: string; readonly log?: boolean | undefined };
export type Series = {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
};
export type LineChart = {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
};

/** A figure beside what it is held against. */
export type Bar = {
  readonly label: string;
  readonly value: number;
  readonly marks?: readonly { readonly name: string; readonly value: number }[] | undefined;
};
export type BarChart = {
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly Bar[];
  readonly log?: boolean | undefined;
};

const width = 720;
const colours = ['#2f6fb3', '#c0562b', '#3a8a4d', '#8a56ac', '#a08020', '#5a6b7b', '#b0307a'];
const grey = '#8a8f98';

/** Curves over one pair of axes, with a line of names below. */
export function lineChart({ title, x, y, series }: LineChart): string {
  const frame = { left: 70, right: width - 20, top: 40, bottom: 330 };
  const points = series.flatMap((one) => one.points);
  const across = scale(
    points.map(([at]) => at),
    x.log === true,
    [frame.left, frame.right],
  );
  const up = scale([...points.map(([, at]) => at), ...(y.log ? [] : [0])], y.log === true, [
    frame.bottom,
    frame.top,
  ]);
  const curves = series.map(({ name, points: own }, at) => {
    const path = own.map(([px, py]) => `${fixed(across.at(px))},${fixed(up.at(py))}`).join(' ');
    const colour = colourOf(at);
    const dots =
      own.length > 60
        ? ''
        : own
            .map(
              ([px, py]) =>
                `<circle cx="${fixed(across.at(px))}" cy="${fixed(up.at(py))}" r="3" ` +
                `fill="${colour}"/>`,
            )
            .join('');
    return (
      `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"><title>` +
      `${escaped(name)}</title></polyline>${dots}`
    );
  });
  const gridUp = up.ticks.map(
    (at) =>
      line([frame.left, up.at(at)], [frame.right, up.at(at)]) +
      text([frame.left - 6, up.at(at) + 4], shortNumber(at), 'end'),
  );
  const gridAcross = across.ticks.map(
    (at) =>
      line([across.at(at), frame.top], [across.at(at), frame.bottom]) +
      text([across.at(at), frame.bottom + 16], shortNumber(at), 'middle'),
  );
  const names = legend(
    series.map(({ name }) => name),
    382,
  );
  return svg(names.bottom, title, [
    ...gridUp,
    ...gridAcross,
    text([frame.left, 34], y.label, 'start'),
    text([(frame.left + frame.right) / 2, frame.bottom + 34], x.label, 'middle'),
    ...curves,
    names.text,
  ]);
}

/** Bars from the left, each with ticks for what it is held against. */
export function barChart({ title, unit, bars, log = false }: BarChart): string {
  const left = 270;
  const right = width - 80;
  const values = bars.flatMap(({ value, marks = [] }) => [value, ...marks.map((m) => m.value)]);
  const across = scale([...values, ...(log ? [] : [0])], log, [left, right]);
  const markNames = [...new Set(bars.flatMap(({ marks = [] }) => marks.map(({ name }) => name)))];
  const rows = bars.map(({ label, value, marks = [] }, at) => {
    const top = 44 + at * 26;
    const end = across.at(value);
    const ticks = marks.map((mark) => {
      const colour = colourOf(1 + markNames.indexOf(mark.name));
      const place = fixed(across.at(mark.value));
      return (
        `<line x1="${place}" x2="${place}" y1="${top - 3}" y2="${top + 19}" ` +
        `stroke="${colour}" stroke-width="3"><title>${escaped(mark.name)} ` +
        `${shortNumber(mark.value)}</title></line>`
      );
    });
    return [
      text([left - 8, top + 12], label, 'end'),
      `<rect x="${left}" y="${top}" width="${fixed(Math.max(1, end - left))}" height="16" ` +
        `fill="${colourOf(0)}"/>`,
      text([Math.max(end, left) + 6, top + 12], shortNumber(value), 'start'),
      ...ticks,
    ].join('');
  });
  const names = legend(markNames, 44 + bars.length * 26 + 16, 1);
  return svg(names.bottom, `${title} (${unit}${log ? ', logarithmic' : ''})`, [
    ...rows,
    names.text,
  ]);
}

type Scale = { readonly at: (value: number) => number; readonly ticks: readonly number[] };

function scale(
  values: readonly number[],
  log: boolean,
  [from, to]: readonly [number, number],
): Scale {
  const usable = values.filter((value) => Number.isFinite(value) && (!log || value > 0));
  const [least, most] = [Math.min(...usable), Math.max(...usable)];
  if (usable.length === 0) return { at: () => from, ticks: [] };
  const ticks = log ? powersOfTen(least, most) : roundSteps(least, most);
  const shape = log ? Math.log10 : (value: number) => value;
  const low = shape(ticks[0] ?? least);
  const high = shape(ticks.at(-1) ?? most);
  const span = high - low || 1;
  const floor = ticks[0] ?? least;
  return {
    at: (value) =>
      from + ((shape(log ? Math.max(value, floor) : value) - low) / span) * (to - from),
    ticks,
  };
}

function powersOfTen(least: number, most: number): readonly number[] {
  const low = Math.floor(Math.log10(least));
  const high = Math.max(low + 1, Math.ceil(Math.log10(most)));
  return Array.from({ length: high - low + 1 }, (_, at) => 10 ** (low + at));
}

/** Steps of 1, 2 or 5 that cover the values, five or so of them. */
function roundSteps(least: number, most: number): readonly number[] {
  const rough = (most - least || Math.abs(most) || 1) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.floor(least / step);
  const last = Math.max(first + 1, Math.ceil(most / step));
  return Array.from({ length: last - first + 1 }, (_, at) => (first + at) * step);
}

function legend(names: readonly string[], top: number, firstColour = 0) {
  const parts: string[] = [];
  let [x, y] = [70, top];
  for (const [at, name] of names.entries()) {
    const wide = 30 + name.length * 6.6;
    if (x + wide > width - 10) [x, y] = [70, y + 18];
    parts.push(
      `<rect x="${fixed(x)}" y="${y - 9}" width="10" height="10" ` +
        `fill="${colourOf(firstColour + at)}"/>`,
      text([x + 14, y], name, 'start'),
    );
    x += wide;
  }
  return { text: parts.join(''), bottom: y + 14 };
}

/** A whole picture around drawn parts. */
export function svg(height: number, title: string, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${Math.ceil(height)}" ` +
      `font-family="sans-serif" font-size="12" fill="${grey}">`,
    `<title>${escaped(title)}</title>`,
    `<text x="20" y="18" font-size="14" font-weight="bold">${escaped(title)}</text>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

export function escaped(words: string): string {
  return words
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}

type Place = readonly [x: number, y: number];

function line([x1, y1]: Place, [x2, y2]: Place): string {
  return (
    `<line x1="${fixed(x1)}" y1="${fixed(y1)}" x2="${fixed(x2)}" y2="${fixed(y2)}" ` +
    `stroke="${grey}" stroke-opacity="0.25"/>`
  );
}

function text([x, y]: Place, words: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${fixed(x)}" y="${fixed(y)}" text-anchor="${anchor}">${escaped(words)}</text>`;
}

function colourOf(at: number): string {
  return colours[at % colours.length] ?? grey;
}

function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** 1,250 and 1.25M, 0.031: at most three figures that matter. */
function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  if (size >= 1e4) return `${Number((value / 1e3).toPrecision(3))}k`;
  return Number(value.toPrecision(3)).toLocaleString('en');
}
