import type { ASTNode, GraphQLError, Token } from 'graphql';
import { Kind, TokenKind } from 'graphql';

const values: ReadonlySet<string> = new Set([
  ...[Kind.INT, Kind.FLOAT, Kind.STRING, Kind.BOOLEAN, Kind.NULL, Kind.ENUM],
  ...[Kind.LIST, Kind.OBJECT, Kind.ARGUMENT, Kind.OBJECT_FIELD],
]);

/**
 * The argument or input field that an error of graphql-js is about, by its way from the argument:
 * `first`, `settings.posting`. The one `input` that every mutation takes is understood. Null for
 * errors about something else.
 */
export function faultyField({ message, nodes }: GraphQLError): string | null {
  const way = inVariable(message) ?? inDocument(message, nodes?.[0]);
  return way && withoutInput([...way, ...named(message)]);
}

/**
 * `Variable "$input" got invalid value … at "input.fields[0].label"; …`, and by graphql-jit
 * `…; Field value.title of required type String! was not provided.`
 */
function inVariable(message: string): readonly string[] | null {
  const [, variable] = /^Variable "\$(\w+)" (?:got invalid|of )/.exec(message) ?? [];
  if (variable === undefined) return null;
  const [, path = variable] = / at "(\w+(?:\.\w+|\[\d+\])*)"; /.exec(message) ?? [];
  const [, compiled] = /(?: at|; Field) value\.([\w.[\]]+\w)/.exec(message) ?? [];
  return (compiled ?? path).split(/[.[\]]+/).filter((part) => part !== '');
}

function inDocument(message: string, node: ASTNode | undefined): readonly string[] | null {
  const [, argument] = /^(?:Field "\w+" a|A)rgument "(\w+)" /.exec(message) ?? [];
  if (argument !== undefined) return [argument];
  return node?.loc && values.has(node.kind) ? wayTo(node.loc.startToken, node.kind) : null;
}

/** Back over the tokens: the name before each colon, and out of each brace that stands open. */
function wayTo(start: Token, kind: string): readonly string[] {
  const isNamed = kind === Kind.ARGUMENT || kind === Kind.OBJECT_FIELD;
  const way = isNamed ? [start.value] : [];
  let wantsName = !isNamed;
  let closed = 0;
  for (let at = start.prev; at; at = at.prev) {
    if (isOneOf(at, TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R)) closed += 1;
    else if (closed > 0) {
      if (isOneOf(at, TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L)) closed -= 1;
    } else if (at.kind === TokenKind.PAREN_L) break;
    else if (at.kind === TokenKind.BRACE_L) wantsName = true;
    else if (wantsName && at.kind === TokenKind.COLON) {
      way.unshift(at.prev?.value ?? '');
      wantsName = false;
    }
  }
  return way.filter((name) => name !== '');
}

function isOneOf({ kind }: Token, ...kinds: readonly TokenKind[]): boolean {
  return kinds.includes(kind);
}

/** A field of an input that is missing, or that the input does not have. */
function named(message: string): readonly string[] {
  const missing = /Field "(?:\w+\.)?(\w+)" of required type "[^"]+" was not provided/.exec(message);
  const unknown = /^Variable .*; Field "([^"]+)" is not defined by type/s.exec(message);
  return [missing?.[1] ?? unknown?.[1] ?? []].flat();
}

function withoutInput(way: readonly string[]): string {
  return (way.length > 1 && way[0] === 'input' ? way.slice(1) : way).join('.');
}
