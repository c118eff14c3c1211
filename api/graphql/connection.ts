/** A Relay connection over rows that are at hand. */
export function connection<Node>(
  rows: readonly { readonly cursor: string; readonly node: Node }[],
  more: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean },
) {
  return {
    edges: rows,
    pageInfo: {
      ...more,
      startCursor: rows[0]?.cursor ?? null,
      endCursor: rows.at(-1)?.cursor ?? null,
    },
  };
}
