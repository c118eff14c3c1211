import { closeSync, openSync, writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { madeHistory } from './made-history.ts';

/**
 * Writes a clean history to a file: node ops/simulate/testing/make-history.ts FILE --operations N.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    operations: { type: 'string', default: '10000' },
    watching: { type: 'string', default: '1' },
    readers: { type: 'string', default: 'Infinity' },
  },
});
const [path = 'history.jsonl'] = positionals;
const file = openSync(path, 'w');
const waiting: string[] = [];
const flush = () => writeSync(file, waiting.splice(0).join(''));
const history = madeHistory({
  seed: values.seed,
  operations: Number(values.operations),
  watching: Number(values.watching),
  readers: Number(values.readers),
});
for (const line of history) {
  waiting.push(`${JSON.stringify(line)}\n`);
  if (waiting.length === 10_000) flush();
}
flush();
closeSync(file);
