import { describe, expect, it } from 'vitest';
import { openLog, traceIdIn } from './log.ts';

describe('a line of the log', () => {
  it('leaves out what an error quotes', () => {
    const lines: string[] = [];
    const log = openLog('info', { to: { write: (line) => void lines.push(line) } });
    for (const text of ['see you "at eight"', '{"text":"see you at eight"']) {
      const cause = causeOf(text);
      log.error({ cause: `${cause.name}: ${cause.message}`, stack: cause.stack }, 'broke');
    }
    expect(lines.join('')).not.toMatch(/see you|at eight/);
    expect(lines[0]).toContain('SyntaxError');
    expect(JSON.parse(lines[0] ?? '').stack).toContain('log.spec.ts');
  });

  it('names the trace in which it is written, and none where there is none', () => {
    const lines: string[] = [];
    let here: string | undefined = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const to = { write: (line: string) => void lines.push(line) };
    const log = openLog('info', { to, here: () => here });
    log.info({}, 'within');
    here = undefined;
    log.info({}, 'without');
    const other = traceIdIn(`00-${'c'.repeat(32)}-${'b'.repeat(16)}-01`);
    log.info({ trace_id: other }, 'of another');
    const ids = lines.map((line) => JSON.parse(line).trace_id);
    expect(ids).toEqual(['a'.repeat(32), undefined, 'c'.repeat(32)]);
  });
});

function causeOf(text: string): Error {
  try {
    return JSON.parse(text);
  } catch (cause) {
    return cause as Error;
  }
}
