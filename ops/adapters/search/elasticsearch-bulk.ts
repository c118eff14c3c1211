import type { estypes } from '@elastic/elasticsearch';
import { wordsOf } from './analysis.ts';
import { searchedText, sortKey } from './documents.ts';
import type { ElasticsearchConnection } from './elasticsearch-connection.ts';
import { Overloaded } from './elasticsearch-connection.ts';
import type { IndexChange, IndexDocument } from './port.ts';
import { SearchUnavailable } from './port.ts';
import { timeSlot } from './scope.ts';

type Operation = { readonly lines: readonly [action: string, source: string] };

const atOnce = { operations: 1_000, characters: 5_000_000 };

/**
 * Writes changes in bulks. What was removed stays as a document without words: Elasticsearch
 * forgets the version of what it deletes after a minute, and would take an old repeat for new.
 */
export async function applyChanges(
  { ask }: ElasticsearchConnection,
  alias: string,
  changes: readonly IndexChange[],
): Promise<void> {
  for (const bulk of bulksOf(changes.map(operationOf))) {
    let left = bulk;
    await ask(async (client, options) => {
      const operations = left.flatMap(({ lines }) => lines);
      const { items } = await client.bulk(
        { index: alias, require_alias: true, operations },
        options,
      );
      left = left.filter((_, at) => isRefused(items[at]?.index, alias));
      if (left.length > 0) throw new Overloaded(`${left.length} changes were refused`);
    }, 6);
  }
}

/** True when it may be asked again; a version that is there already is as good as written. */
function isRefused(item: estypes.BulkResponseItem | undefined, alias: string): boolean {
  const status = item?.status ?? 0;
  if ((status >= 200 && status < 300) || status === 409) return false;
  if (status === 429 || status === 503) return true;
  const { type, reason } = item?.error ?? {};
  if (status === 404) throw new SearchUnavailable(`there is no index ${alias}: call prepare first`);
  if (status !== 400) throw new SearchUnavailable(`Elasticsearch takes nothing (${type})`);
  throw new Error(`Elasticsearch did not take a document (${type}: ${reason})`);
}

function* bulksOf(operations: readonly Operation[]): Generator<readonly Operation[]> {
  let bulk: Operation[] = [];
  let characters = 0;
  for (const operation of operations) {
    bulk.push(operation);
    characters += operation.lines[1].length;
    if (bulk.length < atOnce.operations && characters < atOnce.characters) continue;
    yield bulk;
    bulk = [];
    characters = 0;
  }
  if (bulk.length > 0) yield bulk;
}

/** As JSON by hand: a version may be greater than what a number of JavaScript can be. */
function operationOf(change: IndexChange): Operation {
  const { id, version } = change.kind === 'put' ? change.document : change;
  const versioned = `"version":${version},"version_type":"external"`;
  const action = `{"index":{"_id":${JSON.stringify(id)},${versioned}}}`;
  const source = change.kind === 'put' ? sourceOf(change.document) : {};
  return { lines: [action, JSON.stringify({ id, version: String(version), ...source })] };
}

function sourceOf(document: IndexDocument) {
  const { version, ...body } = document;
  const words = wordsOf(searchedText(document));
  if (document.of !== 'message') return { of: document.of, words, sort: sortKey(document), body };
  const { conversationId, number, author, has, sentAtMs } = document;
  const place = timeSlot(sentAtMs, number);
  return { of: document.of, words, conversationId, number, author, has, place, body };
}
