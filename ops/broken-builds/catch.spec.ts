import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ended, kindIn, runCatchers } from './catch.ts';

const tree = mkdtempSync(join(tmpdir(), 'parley-catch-'));
afterAll(() => rmSync(tree, { recursive: true }));

/** Stands where Vitest would, and reports so. */
function vitestSays(assertionResults: readonly object[], code: number): void {
  const report = JSON.stringify({ testResults: [{ assertionResults }] });
  const folder = join(tree, 'node_modules/.bin');
  mkdirSync(folder, { recursive: true });
  const script = `#!/bin/sh\necho '${report}' > report.json\nexit ${code}\n`;
  writeFileSync(join(folder, 'vitest'), script, { mode: 0o755 });
}

describe('a spec file', () => {
  const catchers = [{ spec: 'a.spec.ts' }];

  it('notices by the name of a test', async () => {
    vitestSays([{ fullName: 'counts', status: 'failed' }], 1);
    const { failed, isQuiet } = await runCatchers(tree, catchers);
    expect({ failed, isQuiet }).toEqual({ failed: ['counts'], isQuiet: false });
  });

  it('notices nothing where it does not even load, and is no control then', async () => {
    vitestSays([], 1);
    const { failed, isQuiet } = await runCatchers(tree, catchers);
    expect({ failed, isQuiet }).toEqual({ failed: [], isQuiet: false });
  });
});

describe('the simulation', () => {
  it.each([
    ['a law', '  law 1, acknowledged-message-lost: it was.', 'acknowledged-message-lost'],
    ['another law', '  law 13, lag-remains: it does.', null],
    ['a run that does not end', 'seed 3 breaks: Error: everybody waits', null],
    ['a law that was not checked', 'seed 3 breaks: law 1, not-checked', null],
    ['a program that does not load', "Error: Cannot find module 'law 1, x'", null],
  ])('is asked for one law, and says %s', (_what, line, kind) => {
    expect(kindIn(`\nseed 3 says:\n${line}\n`, 1)).toBe(kind);
  });
});

describe('a program that hangs', () => {
  it('ends with all that it started, which would keep its output open', async () => {
    const script = 'sleep 30 & wait';
    const { output, code } = await ended({ tree, msMax: 300 }, ['sh', '-c', script]);
    expect(output).toContain('did not end within 0.3 s');
    expect(code).not.toBe(0);
  });
});
