import { describe, expect, it } from 'vitest';
import { parkedCommand } from './parked-command.ts';
import { rebuildCommand } from './rebuild-command.ts';

const untouched = async (): Promise<never> => {
  throw new Error('no machine was needed');
};

function said() {
  const written: string[] = [];
  return {
    out: { write: (text: string) => void written.push(text) },
    text: () => written.join(''),
  };
}

describe('npm run parked', () => {
  it('explains itself without opening anything', async () => {
    const { out, text } = said();
    expect(await parkedCommand({ args: ['--help'], machines: untouched, out })).toBe(0);
    expect(text()).toContain('npm run parked -- retry');
  });

  it('refuses what it does not know with one sentence', async () => {
    const { out } = said();
    const run = (...args: string[]) => parkedCommand({ args, machines: untouched, out });
    await expect(run('mend')).rejects.toThrow('--help');
    await expect(run('--what')).rejects.toThrow('--help');
    await expect(run('show', 'inbox')).rejects.toThrow('--help');
    await expect(run('drop', 'inbox', 'key')).rejects.toThrow('Say why');
  });
});

describe('npm run rebuild', () => {
  const run = (...args: string[]) => {
    const { out, text } = said();
    const command = { args, machines: untouched, out, projections: [] };
    const signal = new AbortController().signal;
    return { code: rebuildCommand({ ...command, signal }), text };
  };

  it('explains itself without opening anything', async () => {
    const { code, text } = run('--help');
    expect(await code).toBe(0);
    expect(text()).toContain('npm run rebuild -- NAME');
  });

  it('refuses a name or option that it does not know', async () => {
    await expect(run('nothing').code).rejects.toThrow('Name one read model');
    await expect(run('--what').code).rejects.toThrow('--help');
  });
});
