import { describe, expect, it } from 'vitest';
import { openLog } from './log.ts';

describe('a line of the log', () => {
  it('leaves out what an error quotes', () => {
    const lines: string[] = [];
    const log = openLog('info', { write: (line) => void lines.push(line) });
    for (const text of ['see you "at eight"', '{"text":"see you at eight"']) {
      const cause = causeOf(text);
      log.error({ cause: `${cause.name}: ${cause.message}`, stack: cause.stack }, 'broke');
    }
    expect(lines.join('')).not.toMatch(/see you|at eight/);
    expect(lines[0]).toContain('SyntaxError');
    expect(JSON.parse(lines[0] ?? '').stack).toContain('log.spec.ts');
  });
});

function causeOf(text: string): Error {
  try {
    return JSON.parse(text);
  } catch (cause) {
    return cause as Error;
  }
}
