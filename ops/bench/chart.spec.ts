import { describe, expect, it } from 'vitest';
import { barChart, lineChart, stackedChart } from './chart.ts';

const curve = (points: readonly (readonly [number, number])[], log = false) =>
  lineChart({
    title: 'a < b & c',
    x: { label: 'messages', log },
    y: { label: 'ms', log },
    series: [{ name: 'one', points }],
  });

function dots(picture: string): readonly (readonly [number, number])[] {
  return [...picture.matchAll(/cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => [
    Number(x),
    Number(y),
  ]);
}

describe('a chart', () => {
  it('draws a straight line as one, and higher values higher up', () => {
    const [first, second, third] = dots(
      curve([
        [0, 0],
        [5, 50],
        [10, 100],
      ]),
    );
    expect(first?.[1]).toBeGreaterThan(second?.[1] ?? 0);
    expect((first?.[0] ?? 0) + (third?.[0] ?? 0)).toBeCloseTo(2 * (second?.[0] ?? 0), 0);
    expect((first?.[1] ?? 0) + (third?.[1] ?? 0)).toBeCloseTo(2 * (second?.[1] ?? 0), 0);
  });

  it('draws a power law as a straight line on logarithmic axes', () => {
    const [first, second, third] = dots(
      curve(
        [
          [10, 10],
          [100, 100],
          [1_000, 1_000],
        ],
        true,
      ),
    );
    expect((first?.[1] ?? 0) + (third?.[1] ?? 0)).toBeCloseTo(2 * (second?.[1] ?? 0), 0);
  });

  it('holds together with one point, equal points, none, and a zero on a logarithmic axis', () => {
    for (const points of [
      [[3, 3]],
      [
        [3, 3],
        [3, 3],
      ],
      [],
      [
        [0, 0],
        [10, 1],
      ],
    ] as const) {
      expect(curve(points, true)).not.toMatch(/NaN|Infinity/);
      expect(curve(points)).not.toMatch(/NaN|Infinity/);
    }
  });

  it('escapes what it is told', () => {
    expect(curve([[1, 1]])).toContain('a &lt; b &amp; c');
  });

  it('draws bars to their values, with a tick for each bound', () => {
    const bars = [
      { label: 'half', value: 5, marks: [{ name: 'must', value: 10 }] },
      { label: 'whole', value: 10 },
    ];
    const picture = barChart({ title: 'bars', unit: 'ms', bars });
    const widths = [...picture.matchAll(/<rect [^>]*width="([\d.]+)" height="16"/g)].map(([, w]) =>
      Number(w),
    );
    expect(widths[1]).toBeCloseTo(2 * (widths[0] ?? 0), 0);
    expect(picture).toContain('<title>must 10</title>');
  });
});

it('puts the parts of a bar behind each other and says what they come to', () => {
  const picture = stackedChart({
    ...{ title: 'CPU', unit: 's' },
    stacks: [
      {
        label: '250/s',
        parts: [
          { name: 'kafka', value: 1 },
          { name: 'relay', value: 3 },
        ],
      },
    ],
  });
  const boxes = [...picture.matchAll(/x="([\d.]+)" y="44" width="([\d.]+)"/g)];
  const [[, x1, wide1], [, x2, wide2]] = boxes as [RegExpExecArray, RegExpExecArray];
  expect(Number(x2)).toBeCloseTo(Number(x1) + Number(wide1), 0);
  expect(Number(wide2)).toBeCloseTo(3 * Number(wide1), 0);
  expect(picture).toContain('>4</text>');
  expect(picture).toContain('>kafka</text>');
});
