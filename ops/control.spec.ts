import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Handlers } from './control.ts';
import { askControl, serveControl } from './control.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-control-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const handlers: Handlers = {
  greet: async ([name], out) => {
    out.write(`hello ${name}, `);
    out.write(out.isTTY ? 'on a terminal' : 'elsewhere');
    return 3;
  },
  fail: async () => {
    throw new Error('this cannot be done');
  },
};

async function ask(command: string, args: readonly string[] = [], isTTY = false) {
  const said: string[] = [];
  const out = { write: (text: string) => void said.push(text), isTTY };
  const signal = new AbortController().signal;
  return { code: await askControl(folder, command, { args, out, signal }), said: said.join('') };
}

describe('asking the platform that runs on a folder', () => {
  it('gives null when none does, so that the script does the work itself', async () => {
    expect(await ask('greet', ['Ada'])).toEqual({ code: null, said: '' });
  });

  it('brings what it says, and its exit code', async () => {
    await using _control = await serveControl(folder, handlers);
    expect(await ask('greet', ['Ada'])).toEqual({ code: 3, said: 'hello Ada, elsewhere' });
    expect(await ask('greet', ['Ada'], true)).toMatchObject({ said: 'hello Ada, on a terminal' });
  });

  it('tells why it failed, and that a command is not known', async () => {
    await using _control = await serveControl(folder, handlers);
    expect(await ask('fail')).toEqual({ code: 1, said: 'this cannot be done\n' });
    expect(await ask('dance')).toEqual({ code: 1, said: '' });
  });

  it('finds nobody once it has stopped, and the next one in its place', async () => {
    const first = await serveControl(folder, handlers);
    await first[Symbol.asyncDispose]();
    expect(await ask('greet')).toMatchObject({ code: null });
    await using _second = await serveControl(folder, handlers);
    expect(await ask('greet', ['Ada'])).toMatchObject({ code: 3 });
  });
});

describe('a platform that is asked', () => {
  it('stops the work of whoever went away, and goes on for others', async () => {
    const stopped = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const wait: Handlers[string] = (_args, out, signal) =>
      new Promise((resolve) => {
        begun.resolve();
        signal.addEventListener('abort', () => {
          for (let line = 0; line < 100; line += 1) out.write('nobody hears this\n');
          stopped.resolve();
          resolve(0);
        });
      });
    await using _control = await serveControl(folder, { ...handlers, wait });
    const caller = createConnection(join(folder, 'control.sock'));
    caller.write(`${JSON.stringify({ command: 'wait', args: [] })}\n`);
    await begun.promise;
    caller.destroy();
    await stopped.promise;
    expect(await ask('greet', ['Ben'])).toMatchObject({ code: 3 });
  });

  it('survives lines that say nothing it understands', async () => {
    await using _control = await serveControl(folder, handlers);
    for (const line of ['no json\n', '[]\n', 'null\n', '{"command":"__proto__"}\n']) {
      const caller = createConnection(join(folder, 'control.sock'));
      caller.end(line);
      caller.resume();
      await once(caller, 'close');
    }
    expect(await ask('greet', ['Ada'])).toMatchObject({ code: 3 });
  });
});
