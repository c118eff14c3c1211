import { element, escaped, svg, titled } from '../../bench/chart.ts';
import type { ExportedSpan } from './testing.ts';
import { attributeOf } from './testing.ts';

const left = 235; // of the bars
const right = 655;
const rowHeight = 22;
const colours: Readonly<Record<string, string>> = {
  ...{ 'POST /graphql': '#2f6fb3', command: '#3a8a4d', append: '#a08020' },
  ...{ publish: '#c0562b', process: '#8a56ac', frame: '#b0307a' },
};

/** One trace as a picture: who set off whom, from when, and for how long. SVG text. */
export function waterfall(title: string, trace: readonly ExportedSpan[]): string {
  const startNs = Math.min(...trace.map((span) => Number(span.startTimeUnixNano)));
  const endNs = Math.max(...trace.map((span) => Number(span.endTimeUnixNano)));
  const at = (ns: number) => left + ((ns - startNs) / (endNs - startNs)) * (right - left);
  const rows = inOrder(trace).map(({ span, depth }, row) => {
    const [fromNs, toNs] = [Number(span.startTimeUnixNano), Number(span.endTimeUnixNano)];
    const bar = { x: at(fromNs), y: 33 + row * rowHeight, height: 14, rx: 2 };
    const width = Math.max(2, at(toNs) - at(fromNs));
    const says = titled(`${ms(toNs - fromNs)}, ${ms(fromNs - startNs)} after the request`);
    return [
      text(20 + depth * 14, bar.y + 11, nameOf(span)),
      element('rect', { ...bar, width, fill: colours[span.name] ?? '#5a6b7b' }, says),
      text(bar.x + width + 5, bar.y + 11, ms(toNs - fromNs)),
    ].join('');
  });
  return svg(48 + rows.length * rowHeight, title, rows);
}

type Row = { readonly span: ExportedSpan; readonly depth: number };

/** Each under its parent, by when it began. */
function inOrder(trace: readonly ExportedSpan[], parent = '', depth = 0): readonly Row[] {
  const here = trace
    .filter(({ parentSpanId = '' }) => parentSpanId === parent)
    .sort((a, b) => Number(a.startTimeUnixNano) - Number(b.startTimeUnixNano));
  return here.flatMap((span) => [{ span, depth }, ...inOrder(trace, span.spanId, depth + 1)]);
}

function nameOf(span: ExportedSpan): string {
  const group = attributeOf(span, 'messaging.consumer.group.name');
  const more = group ?? attributeOf(span, 'parley.command') ?? '';
  return `${span.name} ${more}`.trim();
}

function ms(ns: number): string {
  return `${(ns / 1e6).toFixed(1)} ms`;
}

function text(x: number, y: number, says: string): string {
  return element('text', { x, y }, escaped(says));
}
