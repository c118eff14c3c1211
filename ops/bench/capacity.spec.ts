import { expect, it } from 'vitest';
import { capacityPage } from './capacity.ts';
import type { Result, Row } from './load/report.ts';

const result = (name: string, figures: Readonly<Record<string, number>>): Result => ({
  ...{ name, title: name, at: '2026-11-25T00:00:00Z', command: `npm run bench -- ${name}` },
  ...{ machine: { cpu: 'x', cores: 2, gib: 24 }, versions: {}, commit: 'abc', note: '' },
  ...{ rows: Object.entries(figures).map(([what, value]): Row => ({ what, value, unit: '' })) },
  curves: [],
});
const pipeline = result('pipeline', {
  'highest rate that held': 500,
  '250/s:   of it relay': 9,
  '500/s:   of it relay': 0.06,
  '500/s:   of it kafka': 0.6,
  '500/s:   of it load': 7,
  '750/s:   of it relay': 9,
});

it('says what is not known where a bench left no result', () => {
  const page = capacityPage([]);
  expect(page).toContain('`npm run bench -- pipeline` has left no result');
  expect(page).toContain('`npm run bench -- presence-writes` has left no result');
});

it('takes the figures of the highest rate that held, without the load, with their command', () => {
  const page = capacityPage([pipeline]);
  expect(page).toContain('Measured at 500 messages a second by `npm run bench -- pipeline`');
  expect(page).toContain('| relay | 0.060 | 1.736 | one, by lease | 10,000/s |');
  expect(page).toContain('| all | 0.660 | 19.1 |');
  expect(page).not.toContain('| load');
  expect(page).toContain('2 parts for the target');
  expect(page).not.toContain('No rate held');
});

it('says so where no rate held, and uses the lowest', () => {
  const none = result('pipeline', {
    'highest rate that held': 0,
    '500/s:   of it relay': 1,
    '250/s:   of it relay': 0.5,
  });
  expect(capacityPage([none])).toContain('Measured at 250');
  expect(capacityPage([none])).toContain('No rate held');
});

it('counts memory and writes of connections where they were measured', () => {
  const idle = result('idle-sockets', { 'memory a device, as it stands': 8 });
  const presence = result('presence-writes', {
    'writes for a device that comes': 4,
    'writes for a device that leaves': 2,
  });
  const page = capacityPage([pipeline, idle, presence]);
  expect(page).toContain('| 763 GiB |');
  expect(page).toContain('| 191 processes |');
  expect(page).toContain('| 1,000,000/s |');
});
