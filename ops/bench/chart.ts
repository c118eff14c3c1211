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

/** Bars that are made of parts, each part in the colour of its name. */
export type StackedChart = {
  readonly title: string;
  readonly unit: string;
  readonly stacks: readonly {
    readonly label: string;
    readonly parts: readonly { readonly name: string; readonly value: number }[];
  }[];
};

const width = 720;
const colours = [
  ...['#2f6fb3', '#c0562b', '#3a8a4d', '#8a56ac', '#a08020', '#5a6b7b', '#b0307a'],
  ...['#1f9aa0', '#7a4a2a', '#6fa8dc', '#d98a5f', '#7fc08a', '#b79ad0', '#d0b95a'],
];
const grey = '#8a8f98';
const dotsMax = 60;

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
    const places = own.map(([px, py]): Place => [across.at(px), up.at(py)]);
    return curve(places, { name, colour: colourOf(at) });
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

/** A line through the places, with dots where they are few. */
function curve(
  places: readonly Place[],
  { name, colour }: { readonly name: string; readonly colour: string },
): string {
  const points = places.map(([x, y]) => `${fixed(x)},${fixed(y)}`).join(' ');
  const path = { points, fill: 'none', stroke: colour, 'stroke-width': 2 };
  const dots = places.length > dotsMax ? [] : places;
  return [
    element('polyline', path, titled(name)),
    ...dots.map(([cx, cy]) => element('circle', { cx, cy, r: 3, fill: colour })),
  ].join('');
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
      const x = across.at(mark.value);
      const place = { x1: x, x2: x, y1: top - 3, y2: top + 19, 'stroke-width': 3 };
      const stroke = colourOf(1 + markNames.indexOf(mark.name));
      const title = titled(`${mark.name} ${shortNumber(mark.value)}`);
      return element('line', { ...place, stroke }, title);
    });
    return [
      text([left - 8, top + 12], label, 'end'),
      element('rect', {
        x: left,
        y: top,
        width: Math.max(1, end - left),
        height: 16,
        fill: colourOf(0),
      }),
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

/** Bars from the left, their parts one after another, the whole in figures at the end. */
export function stackedChart({ title, unit, stacks }: StackedChart): string {
  const left = 120;
  const names = [...new Set(stacks.flatMap(({ parts }) => parts.map(({ name }) => name)))];
  const wholes = stacks.map(({ parts }) => parts.reduce((sum, { value }) => sum + value, 0));
  const across = scale([...wholes, 0], false, [left, width - 80]);
  const rows = stacks.map(({ label, parts }, at) => {
    const top = 44 + at * 34;
    let sum = 0;
    const boxes = parts.map(({ name, value }) => {
      const x = across.at(sum);
      sum += value;
      const box = { x, y: top, width: across.at(sum) - x, height: 22 };
      const fill = colourOf(names.indexOf(name));
      return element('rect', { ...box, fill }, titled(`${name} ${shortNumber(value)} ${unit}`));
    });
    return [
      text([left - 8, top + 15], label, 'end'),
      ...boxes,
      text([across.at(sum) + 6, top + 15], shortNumber(sum), 'start'),
    ].join('');
  });
  const below = legend(names, 44 + stacks.length * 34 + 16);
  return svg(below.bottom, `${title} (${unit})`, [...rows, below.text]);
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
      element('rect', { x, y: y - 9, width: 10, height: 10, fill: colourOf(firstColour + at) }),
      text([x + 14, y], name, 'start'),
    );
    x += wide;
  }
  return { text: parts.join(''), bottom: y + 14 };
}

/** A whole picture around drawn parts. */
export function svg(height: number, title: string, parts: readonly string[]): string {
  const frame = { viewBox: `0 0 ${width} ${Math.ceil(height)}`, fill: grey };
  const words = { 'font-family': 'sans-serif', 'font-size': 12 };
  const head = { x: 20, y: 18, 'font-size': 14, 'font-weight': 'bold' };
  const inside = [titled(title), element('text', head, escaped(title)), ...parts].join('\n');
  const xmlns = 'http://www.w3.org/2000/svg';
  return `${element('svg', { xmlns, ...frame, ...words }, `\n${inside}\n`)}\n`;
}

/** An element of SVG; numbers to a tenth, texts as they must be inside quotes. */
export function element(
  tag: string,
  attributes: Readonly<Record<string, string | number>>,
  inside = '',
): string {
  const named = Object.entries(attributes).map(
    ([name, value]) => `${name}="${typeof value === 'number' ? fixed(value) : escaped(value)}"`,
  );
  return `<${tag} ${named.join(' ')}${inside === '' ? '/>' : `>${inside}</${tag}>`}`;
}

/** What a browser shows under the pointer. */
export function titled(words: string): string {
  return `<title>${escaped(words)}</title>`;
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
  return element('line', { x1, y1, x2, y2, stroke: grey, 'stroke-opacity': '0.25' });
}

function text([x, y]: Place, words: string, anchor: 'start' | 'middle' | 'end'): string {
  return element('text', { x, y, 'text-anchor': anchor }, escaped(words));
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
