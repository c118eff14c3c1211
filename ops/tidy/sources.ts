import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const root = fileURLToPath(new URL('../../', import.meta.url));

export type Source = {
  readonly path: string; // from the root
  readonly text: string;
  readonly lines: readonly string[];
};

/** Every file of the tree that git knows or would take. */
export function files(): readonly string[] {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root });
  return listed
    .toString()
    .split('\n')
    .filter((path) => path !== '' && existsSync(join(root, path)));
}

export function source(path: string): Source {
  const text = readFileSync(join(root, path), 'utf8');
  return { path, text, lines: text.split('\n') };
}

const generated = ['schemas/graphql/types.ts', 'schemas/published.graphql'];

/** Source text that people wrote, in any language. */
export function writtenByPeople(): readonly Source[] {
  return files()
    .filter((path) => /\.(ts|cjs|mjs|sql|graphql)$/.test(path) && !generated.includes(path))
    .map(source);
}

/** TypeScript that people wrote. */
export function typescriptSources(): readonly Source[] {
  return writtenByPeople().filter(({ path }) => path.endsWith('.ts'));
}

export type FunctionSize = {
  readonly name: string;
  readonly path: string;
  readonly lines: number;
  readonly parameters: number;
};

/** Each function with its length and its number of parameters. */
export function functionsOf({ path, text }: Source): readonly FunctionSize[] {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: FunctionSize[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body) {
      const line = (at: number) => tree.getLineAndCharacterOfPosition(at).line;
      found.push({
        name: `${node.name?.getText(tree) ?? 'anonymous'} (line ${line(node.getStart(tree)) + 1})`,
        path,
        lines: line(node.end) - line(node.getStart(tree)) + 1,
        parameters: node.parameters.length,
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

/** Exported declarations that have no docstring or comment line right above them. */
export function undocumentedExports({ path, text }: Source): readonly string[] {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  return tree.statements
    .filter((statement) => ts.canHaveModifiers(statement))
    .filter((statement) =>
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword),
    )
    .filter((statement) => !ts.getLeadingCommentRanges(text, statement.getFullStart())?.length)
    .map((statement) => `${path}: ${statement.getText(tree).split('\n')[0]}`);
}
