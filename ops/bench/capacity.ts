import type { Result } from './load/report.ts';
import { shown } from './load/report.ts';

const messagesADay = 1_500_000_000;
const perSecond = messagesADay / 86_400;
const connections = 100_000_000;
const gatewayGib = 4; // of memory for the devices of one gateway; V8 takes no more by itself
const busyMax = 0.6; // of a core, so that a stall is made up for
const staysMinutes = 10; // how long a device stays connected, taken

/** How many of a process may work at once, and why. */
const together: Readonly<Record<string, string>> = {
  'gateway 1': 'any number',
  'gateway 2': 'any number',
  relay: 'one, by lease',
  courier: 'one, by lease',
  projector: 'one for each partition: 8',
  indexer: 'one for each partition: 8',
  facts: 'one for each partition: 8',
  'event-store': 'one',
};

/** What a large deployment would need, derived from the results. */
export function capacityPage(results: readonly Result[]): string {
  return [
    '# Capacity',
    '',
    'Written by `npm run bench -- report` from `ops/bench/results`: what 1.5 billion messages a',
    `day (${shown(perSecond)} a second, evenly) and 100 million connections would need.`,
    '**Everything here but what is called measured is extrapolated**: figures of two cores,',
    'multiplied. Nobody has run it at that size. A peak of three times the mean takes three times',
    'as much.',
    '',
    '## Messages',
    '',
    ...messagesPart(results.find(({ name }) => name === 'pipeline')),
    '',
    '## Connections',
    '',
    ...connectionsPart(results),
    '',
    '## What this leaves out',
    '',
    '- Each message was for two people, one of them connected once. A message to a group costs',
    '  the gateways more for each member who is connected (`npm run bench -- per-online-member`).',
    '- Replicas: Kafka, Postgres, Elasticsearch and ClickHouse kept one copy. Three copies take',
    '  about three times the disk, and more of the brokers and databases.',
    '- The store was our log engine, which is one process. EventStoreDB was not measured, nor',
    '  ClickHouse as a server: its engine was.',
    '- Disk and network were not measured here. Pushes, mail and media do not exist yet.',
    '',
  ].join('\n');
}

/**
 * The rate whose figures are used: the highest that held, else with analytics behind, else the
 * lowest that was tried.
 */
function rateShown(pipeline: Result): number | null {
  const held =
    figureOf(pipeline, 'highest rate that held') ||
    figureOf(pipeline, 'highest rate that held, analytics left out') ||
    0;
  if (held > 0) return held;
  const rates = pipeline.rows.flatMap(({ what }) => /^([\d.]+)\/s: /.exec(what)?.[1] ?? []);
  return rates.length === 0 ? null : Math.min(...rates.map(Number));
}

function messagesPart(pipeline: Result | undefined): readonly string[] {
  const rate = pipeline === undefined ? null : rateShown(pipeline);
  if (pipeline === undefined || rate === null) return [notMeasured('pipeline')];
  const head = `${rate}/s:   of it `;
  const rows = pipeline.rows
    .filter(({ what }) => what.startsWith(head) && what !== `${head}load`)
    .map(({ what, value }) => ({ name: what.slice(head.length), seconds: value }));
  const whole = rows.reduce((sum, { seconds }) => sum + seconds, 0);
  const alone = rows.filter(({ name }) => /^one\b(?! for)/.test(together[name] ?? ''));
  const [tightest] = alone.toSorted((one, other) => other.seconds - one.seconds);
  const highest = figureOf(pipeline, 'highest rate that held') ?? 0;
  return [
    `Measured at ${rate} messages a second by \`${pipeline.command}\`, row "CPU a 1,000`,
    'messages" and those below it. Cores are seconds a 1,000 messages times ' +
      `${(perSecond / 1_000).toFixed(3)}, at ${busyMax * 100} % busy.`,
    ...(highest === 0
      ? ['**No rate held with every consumer: analytics, or more, were behind at this one.**']
      : []),
    '',
    '| process | measured, CPU-seconds a 1,000 | cores | may work at once | one at 60 % carries |',
    '| --- | ---: | ---: | --- | ---: |',
    ...rows.map(({ name, seconds }) => {
      const most = seconds > 0 ? `${carriedBy(seconds)}/s` : '';
      const cells = [name, seconds.toFixed(3), shown(coresFor(seconds))];
      return `| ${[...cells, together[name] ?? 'as its makers have it', most].join(' | ')} |`;
    }),
    `| all | ${whole.toFixed(3)} | ${shown(coresFor(whole))} | | |`,
    '',
    ...(tightest === undefined
      ? []
      : [
          `What cannot be added to is the limit: of those that work alone, ${tightest.name} takes`,
          `${tightest.seconds.toFixed(3)} CPU-seconds a 1,000 messages, so one core of it carries`,
          `about ${carriedBy(tightest.seconds)} a second. Beyond that the log has to be divided by`,
          'a hash of the stream, each part with a store, a relay and a courier of its own:',
          `${Math.ceil(coresFor(tightest.seconds))} parts for the target. Nothing in the code does`,
          'that yet.',
        ]),
  ];
}

function connectionsPart(results: readonly Result[]): readonly string[] {
  const idle = results.find(({ name }) => name === 'idle-sockets');
  const kib = figureOf(idle, 'memory a device, as it stands');
  const presence = results.find(({ name }) => name === 'presence-writes');
  const writes = figureOf(presence, 'writes for a device that comes');
  const leaves = figureOf(presence, 'writes for a device that leaves');
  const lines: string[] = [];
  if (idle && kib !== null) {
    const gib = (kib * connections) / 2 ** 20;
    lines.push(
      `| memory of a device, ${shown(kib)} KiB | \`${idle.command}\` | ${shown(gib)} GiB |`,
      `| gateways of ${gatewayGib} GiB for devices | as above | ` +
        `${shown(Math.ceil(gib / gatewayGib))} processes |`,
    );
  }
  if (presence && writes !== null && leaves !== null) {
    const changes = connections / (staysMinutes * 60);
    lines.push(
      `| writes in Redis for one that comes and one that leaves, ${shown(writes)} and ` +
        `${shown(leaves)} | \`${presence.command}\` | ${shown(changes * (writes + leaves))}/s |`,
    );
  }
  if (lines.length === 0) return [notMeasured('presence-writes')];
  return [
    '| measured | by | for 100 million |',
    '| --- | --- | ---: |',
    ...lines,
    '',
    `Writes in Redis take that a device stays connected for ${staysMinutes} minutes; nothing of`,
    'ours measured how long people stay. Most messages go to people at some other gateway, and the',
    'courier writes one frame for each gateway concerned.',
  ];
}

function notMeasured(name: string): string {
  return `Nothing is known yet: \`npm run bench -- ${name}\` has left no result.`;
}

/** Messages a second of one process that is as busy as it may be. */
function carriedBy(secondsAThousand: number): string {
  return shown(Math.round((busyMax * 1_000) / secondsAThousand));
}

function coresFor(secondsAThousand: number): number {
  return (secondsAThousand * perSecond) / 1_000 / busyMax;
}

function figureOf(result: Result | undefined, what: string): number | null {
  return result?.rows.find((row) => row.what === what)?.value ?? null;
}
