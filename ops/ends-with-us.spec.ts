import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

it('calls at the end of a process what was not called off', () => {
  const room = JSON.stringify(new URL('ends-with-us.ts', import.meta.url));
  const program = `
    const { whenWeEnd } = await import(${room});
    whenWeEnd(() => console.log('first'));
    whenWeEnd(() => console.log('called off'))();
    whenWeEnd(() => console.log('last'));
    process.exit(3);`;
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
  });
  expect([status, stdout]).toEqual([3, 'first\nlast\n']);
});
