import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import { buildSchema, getNamedType, isEnumType, isInputObjectType, isObjectType } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { readSdl } from '../../schemas/graphql/sdl.ts';
import { publishedText, typesText, unannounced } from './files.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const stored = (path: string) => readFileSync(`${root}${path}`, 'utf8');
const schema = buildSchema(readSdl());
const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));

describe('what is written from the SDL', () => {
  it('is in step with it: run `npm run schema`', async () => {
    expect(stored('schemas/published.graphql') === publishedText()).toBe(true);
    expect(stored('schemas/graphql/types.ts') === (await typesText())).toBe(true);
  });
});

describe('a change of the SDL', () => {
  const before = 'type Query { "One." a: Int "Two." b(x: Int): String }';
  it.each([
    ['a field that goes', 'type Query { b(x: Int): String }', ['Query.a']],
    ['a type that changes', 'type Query { a: String b(x: Int): String }', ['Query.a']],
    ['an argument that is asked for', 'type Query { a: Int b(x: Int!): String }', ['Query.b.x']],
    ['a field that comes', 'type Query { a: Int b(x: Int): String c: Int }', []],
    ['a promise that grows', 'type Query { a: Int! b(x: Int): String }', []],
  ])('is found to break clients or not: %s', async (_what, after, paths) => {
    const found = await unannounced(before, after, '');
    expect(found.map(({ path }) => path)).toEqual(paths);
  });

  it('may break clients once it is announced under a date, and not otherwise', async () => {
    const after = 'type Query { b(x: Int): String }';
    const entry = '- `Query.a`: gone, read `Query.b`.';
    expect(await unannounced(before, after, `## 2026-11-24\n\n${entry}`)).toEqual([]);
    expect(await unannounced(before, after, `## Soon\n\n${entry}`)).toHaveLength(1);
    expect(await unannounced(before, after, entry)).toHaveLength(1);
  });

  it('has none unannounced today', async () => {
    const entries = stored('ops/docs/api-changes.md');
    expect(await unannounced(stored('schemas/published.graphql'), readSdl(), entries)).toEqual([]);
  });
});

describe('the SDL', () => {
  it('describes every type, field, argument and value', () => {
    const bare = types.flatMap((type) => {
      const parts: { name: string; description?: string | null | undefined }[] = [];
      if (isEnumType(type)) parts.push(...type.getValues());
      if (isObjectType(type) || isInputObjectType(type)) {
        parts.push(...Object.values(type.getFields()));
      }
      if (isObjectType(type)) {
        parts.push(...Object.values(type.getFields()).flatMap(({ args }) => args));
      }
      return [type, ...parts].filter(({ description }) => !description).map(({ name }) => name);
    });
    expect(bare.filter((name) => !builtIn.has(name))).toEqual([]);
  });

  it('lets every mutation say why it was refused, but the one that stores nothing', () => {
    const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});
    const mute = mutations.filter(({ type }) => {
      const payload = getNamedType(type);
      return !(isObjectType(payload) && 'refusal' in payload.getFields());
    });
    expect(mute.map(({ name }) => name)).toEqual(['setTyping']);
  });

  describe('by the lint', () => {
    let lint: ESLint;
    beforeAll(() => {
      lint = new ESLint({
        cwd: root,
        overrideConfigFile: `${root}ops/tidy/graphql-lint.config.mjs`,
      });
    });

    it.each([
      ['type Planted { id: ID! }', 'require-description'],
      ['"Planted." type Planted { "Its name." name: String }', 'strict-id-in-types'],
      ['"Planted." enum planted { "One." ONE }', 'naming-convention'],
    ])('is found wrong where it is: %s', async (text, rule) => {
      const [result] = await lint.lintText(text, { filePath: 'schemas/graphql/planted.graphql' });
      const rules = result?.messages.map(({ ruleId }) => ruleId) ?? [];
      expect(rules).toContain(`@graphql-eslint/${rule}`);
    });
  });
});

const builtIn = new Set(['String', 'Int', 'Boolean', 'ID', 'Float']);
