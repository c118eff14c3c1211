import { parseArgs } from 'node:util';
import { PlainError } from '../plain-error.ts';
import { openProgressLine } from '../progress-line.ts';
import { checkHistory } from './laws.ts';
import { readHistory } from './read-history.ts';
import { toldOf } from './report-laws.ts';

const help = `npm run laws -- FILE

Holds a recorded history (JSON lines, ops/docs/laws.md) against the laws of the platform
and says what broke which, with the message, the people and what was expected.
Ends with 1 when a law was broken.

  --lag-max MS   how long a consumer may take to catch up after the last fault (60000)
  --help         this text`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean' }, 'lag-max': { type: 'string', default: '60000' } },
});
const [file] = positionals;
if (values.help) console.log(help);
else process.exitCode = await check(file);

async function check(path: string | undefined): Promise<number> {
  if (path === undefined) throw new PlainError(`Which history?\n\n${help}`);
  const lagMsMax = Number(values['lag-max']);
  if (!(lagMsMax >= 0)) throw new PlainError(`--lag-max wants milliseconds.\n\n${help}`);
  const line = openProgressLine(process.stdout);
  const lines = readHistory(path, (done, total) => line.step('bytes', done, total));
  const verdict = await checkHistory(lines, { lagMsMax });
  line.say(toldOf(verdict));
  return verdict.isClean ? 0 : 1;
}
