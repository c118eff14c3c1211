import type persistentPb from '@eventstore/db-client/generated/persistent_pb.js';
import type sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import type { Reader } from '../../embedded/reader.ts';
import { ExpressionRefused } from '../expression.ts';
import { matcherOf } from '../filter.ts';
import { invalid, Refused } from '../refusals.ts';
import { streamNameOf } from '../wire.ts';
import type { Definition, GroupFilter, GroupName, GroupSettings, Strategy } from './definition.ts';
import { allStream, placeText, strategies } from './definition.ts';

type CreateOptions = persistentPb.CreateReq.Options;
type UpdateOptions = persistentPb.UpdateReq.Options;
type Settings = persistentPb.CreateReq.Settings | persistentPb.UpdateReq.Settings;

const nameBytesMax = 1_024;
/** The revision that means the end, 2^64 - 1, in the older way to say it. */
const endRevision = '18446744073709551615';

/** What is asked to be made or changed; throws Refused, which names the field. */
export function definitionOf(
  reader: Reader,
  options: CreateOptions | UpdateOptions | undefined,
): Definition {
  if (!options) throw new Refused(invalid('options: a group is made or changed by them.'));
  const named = options.getStream()?.getStreamIdentifier() ?? options.getStreamIdentifier();
  const name = nameOf({ all: options.hasAll(), stream: named, group: options.getGroupName() });
  const settings = options.getSettings();
  if (!settings) throw new Refused(invalid('settings: a group needs them.'));
  const start = name.stream === allStream ? startInAll(options) : startInStream(options);
  const places = { end: endOf(reader, name.stream), start };
  return {
    ...name,
    startFrom: placeTextOf(name.stream, start),
    startAfter: start === 'end' ? places.end : start - 1,
    filter: filterIn(options),
    settings: settingsOf(settings),
  };
}

type Named = {
  readonly all: boolean;
  readonly stream: sharedPb.StreamIdentifier | undefined;
  readonly group: string;
};

/** Whom a request speaks of; throws Refused. */
export function nameOf({ all, stream: identifier, group }: Named): GroupName {
  const stream = all ? allStream : streamNameOf(identifier);
  for (const [field, text] of Object.entries({ stream_identifier: stream, group_name: group })) {
    const bytes = Buffer.byteLength(text);
    if (bytes >= 1 && bytes <= nameBytesMax) continue;
    throw new Refused(invalid(`${field}: it has 1 to ${nameBytesMax} bytes, not ${bytes}.`));
  }
  return { stream, group };
}

function startInStream(options: CreateOptions | UpdateOptions): number | 'end' {
  const newer = options.getStream();
  if (newer?.hasEnd()) return 'end';
  if (newer?.hasStart()) return 0;
  const revision = newer?.getRevision() ?? options.getSettings()?.getRevision() ?? '0';
  return revision === endRevision ? 'end' : Number(revision);
}

function startInAll(options: CreateOptions | UpdateOptions): number | 'end' {
  const all = options.getAll();
  if (all?.hasEnd()) return 'end';
  return Number(all?.getPosition()?.getCommitPosition() ?? 0);
}

function placeTextOf(stream: string, start: number | 'end'): string {
  return placeText(stream, start === 'end' ? -1 : start);
}

/** The last place there is. */
export function endOf(reader: Reader, stream: string): number {
  if (stream === allStream) return reader.newestPosition();
  return reader.stream(stream)?.lastRevision ?? -1;
}

function filterIn(options: CreateOptions | UpdateOptions): GroupFilter | null {
  const all = options.getAll();
  const asked = all && 'getFilter' in all ? all.getFilter() : undefined;
  if (!asked) return null;
  const expression = asked.getStreamIdentifier() ?? asked.getEventType();
  const by = asked.hasStreamIdentifier() ? ('stream' as const) : ('type' as const);
  const filter = {
    ...{ by, regex: expression?.getRegex() ?? '' },
    prefixes: expression?.getPrefixList() ?? [],
  };
  try {
    matcherOf(filter);
  } catch (cause) {
    if (!(cause instanceof ExpressionRefused)) throw cause;
    throw new Refused(invalid(`filter: ${cause.message}`));
  }
  return filter;
}

/** Least and most of each number, as the protocol names it. */
const ranges = {
  max_retry_count: [0, 2_147_483_647],
  message_timeout: [0, 2_147_483_647],
  checkpoint_after: [0, 2_147_483_647],
  min_checkpoint_count: [0, 2_147_483_647],
  max_checkpoint_count: [0, 2_147_483_647],
  max_subscriber_count: [0, 2_147_483_647],
  live_buffer_size: [0, 2_147_483_647],
  read_batch_size: [1, 5_000],
  history_buffer_size: [1, 5_000],
} as const;

function settingsOf(asked: Settings): GroupSettings {
  const ticks = (text: string) => Math.floor(Number(text) / ticksPerMs);
  const within = (field: keyof typeof ranges, value: number): number => {
    const [least, most] = ranges[field];
    if (value >= least && value <= most) return value;
    throw new Refused(invalid(`${field}: it is ${least} to ${most}, not ${value}.`));
  };
  const settings = {
    resolveLinks: asked.getResolveLinks(),
    extraStatistics: asked.getExtraStatistics(),
    maxRetryCount: within('max_retry_count', asked.getMaxRetryCount()),
    messageTimeoutMs: within(
      'message_timeout',
      asked.hasMessageTimeoutTicks()
        ? ticks(asked.getMessageTimeoutTicks())
        : asked.getMessageTimeoutMs(),
    ),
    checkpointAfterMs: within(
      'checkpoint_after',
      asked.hasCheckpointAfterTicks()
        ? ticks(asked.getCheckpointAfterTicks())
        : asked.getCheckpointAfterMs(),
    ),
    minCheckpointCount: within('min_checkpoint_count', asked.getMinCheckpointCount()),
    maxCheckpointCount: within('max_checkpoint_count', asked.getMaxCheckpointCount()),
    maxSubscriberCount: within('max_subscriber_count', asked.getMaxSubscriberCount()),
    liveBufferSize: within('live_buffer_size', asked.getLiveBufferSize()),
    readBatchSize: within('read_batch_size', asked.getReadBatchSize()),
    historyBufferSize: within('history_buffer_size', asked.getHistoryBufferSize()),
    strategy: strategyOf(asked),
  };
  if (settings.maxCheckpointCount >= settings.minCheckpointCount) return settings;
  throw new Refused(invalid('max_checkpoint_count: it is at least min_checkpoint_count.'));
}

const ticksPerMs = 10_000;

/** By its number, or in newer clients by its name. */
function strategyOf(asked: Settings): Strategy {
  const name = 'getConsumerStrategy' in asked ? asked.getConsumerStrategy() : '';
  const number = asked.getNamedConsumerStrategy();
  const found = name === '' ? strategies[number] : strategies.find((known) => known === name);
  if (found) return found;
  const known = strategies.join(', ');
  const sentence = `consumer_strategy: ${name || number} is not known here, but ${known} are.`;
  throw new Refused(invalid(sentence));
}
