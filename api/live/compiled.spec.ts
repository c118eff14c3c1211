import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { buildSchema } from '../graphql/schema.ts';
import { openCompiledDocuments, openExecutor } from './compiled.ts';

const schema = buildSchema();
const text =
  'query Named($named: Boolean!) { __type(name: "Query") { name @include(if: $named) } }';

describe('compiled documents', () => {
  it('are compiled once for each of their operations', () => {
    const compiled = openCompiledDocuments(schema);
    const document = parse('query A { __typename } query B { __typename }');
    expect(compiled.of(document, 'A')).toBe(compiled.of(document, 'A'));
    expect(compiled.of(document, 'A')).not.toBe(compiled.of(document, 'B'));
  });
});

describe('executing', () => {
  it('answers alike the first time and when it is compiled', async () => {
    const execute = openExecutor(openCompiledDocuments(schema));
    const document = parse(text);
    for (const named of [true, true, false]) {
      const { data } = await execute({ schema, document, variableValues: { named } });
      expect(data).toEqual({ __type: named ? { name: 'Query' } : {} });
    }
  });

  it('compiles nothing for a document that comes once', async () => {
    let compiled = 0;
    const execute = openExecutor({
      of: (...asked) => {
        compiled += 1;
        return openCompiledDocuments(schema).of(...asked);
      },
    });
    const document = parse(text);
    const once = () => execute({ schema, document, variableValues: { named: true } });
    await once();
    expect(compiled).toBe(0);
    await once();
    expect(compiled).toBe(1);
  });

  it('says what is wrong with a variable, compiled or not', async () => {
    const execute = openExecutor(openCompiledDocuments(schema));
    const document = parse(text);
    for (let run = 0; run < 2; run += 1) {
      const { errors } = await execute({ schema, document, variableValues: {} });
      expect(errors?.[0]?.message).toContain('$named');
    }
  });
});
