import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import type { Source } from '../tidy/sources.ts';
import { typescriptSources } from '../tidy/sources.ts';

/** What a line may hold, and why it is nobody's text. */
const facts: Readonly<Record<string, string>> = {
  cause: 'kind and message of an error; what it quotes is left out',
  reference: 'made for this line',
  stack: 'places in our code, with the message above',
  worker: 'one of a few names',
  type: 'of an event',
  events: 'how many',
  first: 'a position',
  viewer: 'id of an analyst: who asks for figures is noted',
  figure: 'one of a few names',
  from: 'a moment',
  to: 'a moment',
  trace_id: 'made for a trace that is recorded',
  grain: 'hour, day, week or month',
};

const checksUs = /^ops\/(simulate|faults|hostile|bench|journeys|tidy)\/|\.spec\.ts$|\/testing/;

type Call = { readonly where: string; readonly facts: readonly string[]; readonly says: ts.Node };

/** Every place where a line is logged. */
function callsIn({ path, text }: Source): readonly Call[] {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: Call[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /\blog\.(debug|info|warn|error)$/.test(nameOf(node))) {
      const [first, says] = node.arguments;
      const properties = first && ts.isObjectLiteralExpression(first) ? first.properties : [];
      const names = properties.map((one) => one.name?.getText(tree) ?? one.getText(tree));
      const line = tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1;
      if (says) found.push({ where: `${path}:${line}`, facts: names, says });
    }
    ts.forEachChild(node, visit);
  };
  const nameOf = ({ expression }: ts.CallExpression) => expression.getText(tree);
  visit(tree);
  return found;
}

const calls = typescriptSources()
  .filter(({ path }) => !checksUs.test(path))
  .flatMap(callsIn);

describe('each line that is logged', () => {
  it('holds facts that are known to be nobody’s text, and a sentence that was written here', () => {
    expect(calls.length).toBeGreaterThan(5);
    for (const call of calls) {
      const strange = call.facts.filter((name) => !(name in facts));
      expect(strange, `${call.where}: say in this spec why that is nobody’s text`).toEqual([]);
      expect(ts.isStringLiteral(call.says), `${call.where}: a plain sentence`).toBe(true);
    }
    const told = new Set(calls.flatMap((call) => call.facts));
    expect(Object.keys(facts).filter((name) => !told.has(name))).toEqual([]);
  });
});
