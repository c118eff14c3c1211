export type Operation = {
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly name: string | null;
};

/** Comments, texts and names, braces, in the order in which they stand; all else is skipped. */
const pieces = /#[^\n]*|"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|[A-Za-z_]\w*|[{}()]/g;

/**
 * The operations of a document, found without a parser: GraphiQL tells which one it runs from what
 * it last understood of the editor, and for a moment after a change of tabs that is another tab's.
 */
export function operationsOf(document: string): readonly Operation[] {
  const found: Operation[] = [];
  let depth = 0;
  let head: string[] | null = null; // the words before a selection, null inside of one
  for (const [piece] of document.matchAll(pieces)) {
    if (piece.startsWith('#') || piece.startsWith('"')) continue;
    if (piece === '(' || piece === '{') {
      if (depth === 0 && piece === '{') found.push(...operationFrom(head ?? []));
      depth += 1;
    } else if (piece === ')' || piece === '}') {
      depth -= 1;
      if (depth === 0 && piece === '}') head = null;
    } else if (depth === 0) {
      head = [...(head ?? []), piece];
    }
  }
  return found;
}

/** The one that is meant: by name, or whatever stands there when the name is another document's. */
export function chosenOf(document: string, name: string | null | undefined): Operation | null {
  const all = operationsOf(document);
  return all.find((operation) => operation.name === name) ?? all[0] ?? null;
}

function operationFrom([kind, name]: readonly string[]): readonly Operation[] {
  if (kind === undefined) return [{ kind: 'query', name: null }];
  if (kind !== 'query' && kind !== 'mutation' && kind !== 'subscription') return [];
  return [{ kind, name: name ?? null }];
}
