import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { options } from '../config/environment.ts';
import { root } from '../tidy/sources.ts';

type Instruction = { readonly name: string; readonly words: string };

/** Instructions by stage; a line that ends in a backslash goes on in the next. */
const stages = readFileSync(join(import.meta.dirname, 'Containerfile'), 'utf8')
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll(/\\\n\s*/g, ' ')
  .split('\n')
  .filter((line) => line.trim() !== '')
  .map((line): Instruction => {
    const [, name = '', words = ''] = /^([A-Z]+) (.+)$/.exec(line) ?? [];
    return { name, words };
  })
  .reduce<Instruction[][]>((found, one) => {
    if (one.name === 'FROM') found.push([]);
    found.at(-1)?.push(one);
    return found;
  }, []);
const last = stages.at(-1) ?? [];
const wordsOf = (name: string) => last.filter((one) => one.name === name).map(({ words }) => words);

/** Of OCI's and Docker's builders. */
const known = [
  ...['FROM', 'LABEL', 'RUN', 'WORKDIR', 'COPY', 'ENV', 'USER', 'VOLUME', 'EXPOSE'],
  ...['STOPSIGNAL', 'HEALTHCHECK', 'ENTRYPOINT', 'CMD'],
];

describe('the container file', () => {
  it('has instructions that builders know, and lists that are lists', () => {
    expect(stages.flat().filter(({ name }) => !known.includes(name))).toEqual([]);
    for (const [list = ''] of [wordsOf('ENTRYPOINT'), wordsOf('CMD')]) {
      expect(JSON.parse(list)).toBeInstanceOf(Array);
    }
  });

  it('builds in one stage and runs in another, both from a base of one version', () => {
    const bases = stages.map(([from]) => from?.words.split(' ')[0]);
    expect(new Set(bases).size).toBe(1);
    expect(stages.length).toBe(2);
    expect(bases[0]).toMatch(/^docker\.io\/library\/node:24\.\d+\.\d+-bookworm-slim$/);
  });

  it('copies what is there, and every room', () => {
    const copied = stages
      .flat()
      .filter(({ name, words }) => name === 'COPY' && !words.startsWith('--from='))
      .flatMap(({ words }) => words.split(' ').slice(0, -1));
    expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    const rooms = ['domain', 'schemas', 'commands', 'projections', 'api', 'workers', 'ops'];
    for (const room of rooms) expect(copied).toContain(room);
  });

  it('runs as nobody of importance, and writes into its volume alone', () => {
    expect(wordsOf('USER')).toEqual(['10001:10001']);
    const at = (name: string) => last.findIndex((one) => one.name === name);
    expect(last.slice(at('USER')).some(({ name }) => name === 'RUN')).toBe(false);
    expect(wordsOf('VOLUME')).toEqual(['/var/lib/parley']);
    expect(wordsOf('ENV')[0]).toContain('PARLEY_DATA=/var/lib/parley');
  });

  it('sets options that there are, and takes what they say', () => {
    const set = (wordsOf('ENV')[0] ?? '').split(/\s+/).map((pair) => pair.split('='));
    for (const [name = '', value] of set) {
      expect(options).toHaveProperty(name);
      expect(options[name as keyof typeof options].type.safeParse(value).success).toBe(true);
    }
  });

  it('is asked for its health where any part of the platform answers', () => {
    const [check = ''] = wordsOf('HEALTHCHECK');
    const command: readonly string[] = JSON.parse(check.slice(check.indexOf('[')));
    expect(command.slice(0, 2)).toEqual(['node', '-e']);
    expect(command[2]).toContain('http://127.0.0.1:9464/health/ready');
    expect(() => new Function(command[2] ?? '')).not.toThrow();
    expect(wordsOf('ENV')[0]).toContain('PARLEY_METRICS_PORT=9464');
  });

  it('starts as npm does, whichever part', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const entry = JSON.parse(wordsOf('ENTRYPOINT')[0] ?? '');
    const parts = [JSON.parse(wordsOf('CMD')[0] ?? '')[0], 'api/main.ts', 'workers/main.ts'];
    const started = ['start', 'start:api', 'start:workers'].map((script) => scripts[script]);
    expect(parts.map((part) => [...entry, part].join(' '))).toEqual(started);
    for (const part of parts) expect(existsSync(join(root, part))).toBe(true);
  });
});
