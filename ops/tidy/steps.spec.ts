import { beforeEach, describe, expect, it, vi } from 'vitest';
import { runSteps } from './steps.ts';

const node = (script: string) => [process.execPath, '-e', script] as const;

describe('a run of steps', () => {
  beforeEach(() => void vi.spyOn(console, 'log').mockReturnValue(undefined));

  it('goes on after a failed one, and tells its last lines again at the end', async () => {
    const { passed, failed, failures } = await runSteps([
      { name: 'breaks', command: node('console.log("why it broke"); process.exit(3)') },
      { name: 'holds', command: node('') },
    ]);
    expect({ passed, failed }).toEqual({ passed: 1, failed: 1 });
    expect(failures).toEqual(['breaks\n  why it broke']);
  });

  it('fails a program that cannot be started', async () => {
    const { failed, failures } = await runSteps([{ name: 'absent', command: ['no-such-program'] }]);
    expect(failed).toBe(1);
    expect(failures).toEqual([expect.stringContaining('ENOENT')]);
  });

  it('counts a skipped one as neither, with its reason', async () => {
    const tally = await runSteps([{ name: 'needs root', command: node(''), skip: 'not root' }]);
    expect(tally).toEqual({
      passed: 0,
      failed: 0,
      skipped: ['needs root: not root'],
      failures: [],
    });
  });
});
