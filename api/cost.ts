import type { DocumentNode, FieldNode, FragmentDefinitionNode, SelectionSetNode } from 'graphql';
import { Kind, parse, print } from 'graphql';
import { readSdl } from '../schemas/graphql/sdl.ts';

export type Cost = {
  readonly points: number; // an object 1, a connection by the rows it may show
  readonly depth: number;
  readonly aliases: number;
};

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;
type Counting = {
  readonly fragments: Fragments;
  /** Each fragment is counted once: those that spread one another twice would never end. */
  readonly counted: Map<string, Cost>;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly pointsMax: number; // counting stops here: a hostile document must not cost us either
};

/** What a document may cost, before anything is executed; a mutation costs ten points by itself. */
export function costOf(
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
  pointsMax: number,
): Cost {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition);
    }
  }
  const counting = { fragments, variables, pointsMax, counted: new Map<string, Cost>() };
  let total: Cost = { ...nothing, points: 1 };
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const base = definition.operation === 'mutation' ? 10 : 0;
    const found = ofSelection(definition.selectionSet, counting);
    total = sum(total, { ...found, points: found.points + base });
  }
  return total;
}

const nothing: Cost = { points: 0, depth: 0, aliases: 0 };

function ofSelection({ selections }: SelectionSetNode, counting: Counting): Cost {
  let total = nothing;
  for (const selection of selections) {
    if (total.points > counting.pointsMax) return total;
    if (selection.kind === Kind.FIELD) {
      const aliases = selection.alias ? 1 : 0;
      if (!selection.selectionSet) {
        total = sum(total, { points: 0, depth: 1, aliases });
        continue;
      }
      const below = ofSelection(selection.selectionSet, counting);
      const rows = rowsOf(selection, counting.variables);
      const points = 1 + below.points * rows + (engines.get(selection.name.value) ?? 0);
      const depth = isIntrospection(selection.name.value) ? 1 : below.depth + 1;
      total = sum(total, { points, depth, aliases: below.aliases + aliases });
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      total = sum(total, ofSelection(selection.selectionSet, counting));
    } else {
      total = sum(total, ofFragment(selection.name.value, counting));
    }
  }
  return total;
}

function ofFragment(name: string, counting: Counting): Cost {
  const known = counting.counted.get(name);
  if (known) return known;
  counting.counted.set(name, nothing); // inside itself it adds nothing, and validation refuses it
  const fragment = counting.fragments.get(name);
  const cost = fragment ? ofSelection(fragment.selectionSet, counting) : nothing;
  counting.counted.set(name, cost);
  return cost;
}

/**
 * What every tool asks first goes deeper than any question about data; how deep it may go is a rule
 * of the validation (graphql-js, MaxIntrospectionDepthRule).
 */
function isIntrospection(field: string): boolean {
  return field === '__schema' || field === '__type';
}

/** What asks an engine of its own costs that besides its rows. */
const engines: ReadonlyMap<string, number> = new Map([['search', 50]]);

/** A page whose size nobody gave has the largest default of the SDL. */
const defaultRows = 50;
const pages = pagesOf(parse(readSdl(), { noLocation: true }));

/** The names of fields that answer with a connection, or with the rows of a figure. */
function pagesOf({ definitions }: DocumentNode): ReadonlySet<string> {
  const fields = definitions.flatMap((definition) =>
    definition.kind === Kind.OBJECT_TYPE_DEFINITION ? (definition.fields ?? []) : [],
  );
  const paged = fields.filter(({ type }) => /(Connection|Figure)!?$/.test(print(type)));
  return new Set(paged.map(({ name }) => name.value));
}

function rowsOf(field: FieldNode, variables: Readonly<Record<string, unknown>>): number {
  for (const { name, value } of field.arguments ?? []) {
    if (name.value !== 'first' && name.value !== 'last') continue;
    const rows = 'value' in value ? Number(value.value) : fromVariable(value, variables);
    if (Number.isFinite(rows) && rows > 0) return rows;
  }
  return pages.has(field.name.value) ? defaultRows : 1;
}

function fromVariable(value: object, variables: Readonly<Record<string, unknown>>): number {
  const name = 'name' in value ? (value.name as { readonly value: string }).value : '';
  const given = variables[name];
  return typeof given === 'number' ? given : Number.NaN; // what fits no Int is refused later
}

function sum(a: Cost, b: Cost): Cost {
  return {
    points: a.points + b.points,
    depth: Math.max(a.depth, b.depth),
    aliases: a.aliases + b.aliases,
  };
}
