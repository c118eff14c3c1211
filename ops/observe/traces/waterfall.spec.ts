import { expect, it } from 'vitest';
import type { ExportedSpan } from './testing.ts';
import { waterfall } from './waterfall.ts';

const span = (spanId: string, of: { parent?: string; fromMs: number; toMs: number }) =>
  ({
    ...{ traceId: 't', spanId, name: spanId, attributes: [] },
    ...(of.parent && { parentSpanId: of.parent }),
    ...{ startTimeUnixNano: `${of.fromMs}000000`, endTimeUnixNano: `${of.toMs}000000` },
  }) satisfies ExportedSpan;

it('a trace is drawn each span under what set it off, by when it began, to scale', () => {
  const picture = waterfall('A <message>', [
    span('last', { parent: 'first', fromMs: 30, toMs: 40 }),
    span('inner', { parent: 'early', fromMs: 10, toMs: 20 }),
    span('early', { parent: 'first', fromMs: 0, toMs: 20 }),
    span('first', { fromMs: 0, toMs: 40 }),
  ]);
  const names = [...picture.matchAll(/>(first|early|inner|last)</g)].map(([, name]) => name);
  expect(names).toEqual(['first', 'early', 'inner', 'last']);
  const bars = [...picture.matchAll(/<rect x="([\d.]+)" .*?width="([\d.]+)"/g)];
  expect(bars.map(([, x, width]) => [Number(x), Number(width)])).toEqual([
    ...[
      [235, 420],
      [235, 210],
      [340, 105],
      [550, 105],
    ],
  ]);
  expect(picture).toContain('A &lt;message&gt;');
});
