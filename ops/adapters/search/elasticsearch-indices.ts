import type { estypes } from '@elastic/elasticsearch';
import { errors } from '@elastic/elasticsearch';
import type { ElasticsearchConnection } from './elasticsearch-connection.ts';
import type { IndexName, IndexTarget, Prepared } from './port.ts';
import { refreshMs, SearchUnavailable } from './port.ts';

/** Indices bear their version; what reads and writes knows two aliases of each. */
export type Indices = {
  aliasOf(target: IndexTarget): string;
  /** Under which a target is written; SearchUnavailable where it is of another version. */
  writtenAs(target: IndexTarget): Promise<string>;
  prepare(index: IndexName, version: number): Promise<Prepared>;
  switchTo(index: IndexName, version: number): Promise<void>;
};

const mappings = {
  dynamic: 'strict',
  properties: {
    id: { type: 'keyword' },
    of: { type: 'keyword' }, // only of what was not removed
    words: { type: 'text', analyzer: 'whitespace', norms: false },
    conversationId: { type: 'keyword' },
    number: { type: 'long' },
    author: { type: 'keyword' },
    has: { type: 'keyword' },
    place: { type: 'long' }, // by time
    sort: { type: 'keyword' },
    body: { type: 'object', enabled: false },
    version: { type: 'keyword', index: false, doc_values: false },
  },
} satisfies estypes.MappingTypeMapping;

/** An index that is looked at now and then is refreshed all the same: the interval is told. */
const settings = {
  number_of_shards: 1,
  auto_expand_replicas: '0-1',
  refresh_interval: `${refreshMs / 2}ms`,
};

export function openIndices({ ask }: ElasticsearchConnection, prefix: string): Indices {
  const aliasOf = ({ index, at }: IndexTarget) =>
    at === 'serving' ? `${prefix}-${index}` : `${prefix}-${index}-next`;
  const nameOf = (index: IndexName, version: number) => `${prefix}-${index}-v${version}`;

  /** The index that has an alias; null when none has. */
  const holderOf = async (target: IndexTarget): Promise<string | null> => {
    const name = aliasOf(target);
    const found = await ask((client, options) =>
      client.indices.getAlias({ name }, { ...options, ignore: [404] }),
    );
    const names = Object.entries(found).filter(([, of]) => typeof of === 'object' && of?.aliases);
    return names[0]?.[0] ?? null;
  };
  const create = async (target: IndexTarget, version: number): Promise<void> => {
    const index = nameOf(target.index, version);
    const aliases = { [aliasOf(target)]: {}, [writtenOf(index)]: {} };
    const body = { index, mappings, settings, aliases };
    try {
      await ask((client, options) => client.indices.create(body, options), 6);
    } catch (cause) {
      if (typeOf(cause) !== 'resource_already_exists_exception') throw cause;
      // Another process made it, or this one in a try whose answer was lost.
    }
  };
  const drop = async (index: string): Promise<void> => {
    await ask((client, options) =>
      client.indices.delete({ index, ignore_unavailable: true }, options),
    );
  };

  return {
    aliasOf,
    writtenAs: async (target) => {
      if (target.version === undefined) return aliasOf(target);
      const holder = await holderOf(target);
      refuseOther(target, versionIn(holder));
      // By its own name: after a switch that comes in between there is no such index any more.
      return holder === null ? aliasOf(target) : writtenOf(holder);
    },
    prepare: async (index, version) => {
      const serving = versionIn(await holderOf({ index, at: 'serving' }));
      if (serving === null) await create({ index, at: 'serving' }, version);
      if (serving === null || serving >= version) return { kind: 'serving' };
      const next = await holderOf({ index, at: 'next' });
      if ((versionIn(next) ?? 0) > version) return { kind: 'serving' }; // a newer program builds it
      if (next !== nameOf(index, version)) {
        if (next !== null) await drop(next);
        await create({ index, at: 'next' }, version);
      }
      return { kind: 'to-be-built' };
    },
    switchTo: async (index, version) => {
      const [alias, next] = [aliasOf({ index, at: 'serving' }), aliasOf({ index, at: 'next' })];
      const [old, name] = [await holderOf({ index, at: 'serving' }), nameOf(index, version)];
      if (old === name) return;
      if ((await holderOf({ index, at: 'next' })) !== name) {
        throw new Error(`version ${version} of ${index} is not being built: call prepare first`);
      }
      await ask((client, options) => client.indices.refresh({ index: name }, options), 6);
      const actions = [
        ...(old === null ? [] : [{ remove: { index: old, alias } }]),
        { add: { index: name, alias } },
        { remove: { index: name, alias: next } },
      ];
      await ask((client, options) => client.indices.updateAliases({ actions }, options));
      if (old !== null) await drop(old);
    },
  };
}

/** How Elasticsearch calls a failure. */
export function typeOf(cause: unknown): string | null {
  return cause instanceof errors.ResponseError ? (cause.body?.error?.type ?? null) : null;
}

function versionIn(name: string | null): number | null {
  return name === null ? null : Number(/-v(\d+)$/.exec(name)?.[1]);
}

/** The alias that only whoever builds this version writes to: it goes with the index. */
function writtenOf(name: string): string {
  return `${name}-written`;
}

/** While a newer index is built, its program keeps the one that serves too; never the reverse. */
function refuseOther({ index, at, version = 0 }: IndexTarget, found: number | null): void {
  const isOther = at === 'next' ? found !== version : (found ?? version) > version;
  if (isOther) throw new SearchUnavailable(`the ${at} index of ${index} is of version ${found}`);
}
