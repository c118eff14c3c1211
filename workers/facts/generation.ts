import type { Analytics } from '../../ops/adapters/analytics/port.ts';
import { AnalyticsSwitchedOff } from '../../ops/adapters/analytics/port.ts';
import { factsVersion } from '../../projections/facts/facts.ts';
import { figures } from '../../projections/facts/figures.ts';
import type { Generation } from '../../projections/facts/statements.ts';
import {
  dropStatements,
  tableOf,
  tableStatements,
  viewStatements,
} from '../../projections/facts/statements.ts';

/** The tables that this code fills, and whether readers see them yet. */
export type Building = { readonly generation: Generation; readonly inUse: boolean };

type Known = { readonly generation: string; readonly version: number; readonly in_use: boolean };

const makeBook = `
  CREATE TABLE IF NOT EXISTS facts_generation (
    generation String COMMENT 'At the end of the names of its tables.',
    version UInt32 COMMENT 'Of the facts, as their code has it.',
    in_use Bool COMMENT 'Whether readers were turned to it.',
    noted_at DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'When that was noted (UTC).'
  ) ENGINE = MergeTree ORDER BY (version, generation)
  SETTINGS non_replicated_deduplication_window = 10000
  COMMENT 'Which tables hold the facts. One row for each generation begun, one when it is in use.'`;

/**
 * Finds the tables for this version of the facts or begins new ones. The generation lies with the
 * rows: an engine that lost them gives another one, under whose name the log is read from its
 * beginning. Null where a newer version is in use.
 */
export async function ensureGeneration(
  analytics: Analytics,
  { newId, version = factsVersion }: { readonly newId: () => string; readonly version?: number },
): Promise<Building | null> {
  await analytics.define([makeBook]);
  const known = await book(analytics);
  if (known.some((one) => one.in_use && one.version > version)) return null;
  const mine = known.filter((one) => one.version === version);
  const generation = (mine.find((one) => one.in_use) ?? mine[0])?.generation;
  if (generation === undefined)
    return begin(analytics, { newId, version, first: known.length === 0 });
  await analytics.define(tableStatements(generation));
  const inUse = mine.some((one) => one.in_use);
  // Two that began at once had each its own: from here on readers see the one that is filled.
  if (inUse) await analytics.define(viewStatements(generation, figures));
  return { generation, inUse };
}

async function begin(
  analytics: Analytics,
  asked: { readonly newId: () => string; readonly version: number; readonly first: boolean },
): Promise<Building | null> {
  const generation = asked.newId().replaceAll('-', '').slice(-12);
  await analytics.define(tableStatements(generation));
  await note(analytics, { generation, version: asked.version, in_use: false });
  const building = { generation, inUse: asked.first };
  if (asked.first) await takeIntoUse(analytics, generation, asked.version);
  return building;
}

/** Turns readers to a generation; tables that nobody reads any more go. */
export async function takeIntoUse(
  analytics: Analytics,
  generation: Generation,
  version = factsVersion,
): Promise<void> {
  await analytics.define(viewStatements(generation, figures));
  await note(analytics, { generation, version, in_use: true });
  const older = (await book(analytics)).filter((one) => one.version < version);
  for (const one of older) await analytics.define(dropStatements(one.generation));
}

/** Under which name the worker that fills a generation reads the log. */
export function groupOf(generation: Generation): string {
  return `facts-${generation}`;
}

/** That which a worker of the newest version fills; null where none was begun, or all is off. */
export async function newestGeneration(analytics: Analytics): Promise<Generation | null> {
  try {
    const [made] = await analytics.ask<{ readonly tables: number }>({
      sql: `SELECT toUInt32(count()) AS tables FROM system.tables
            WHERE database = currentDatabase() AND name = 'facts_generation'`,
      as: 'platform',
    });
    if (!made?.tables) return null;
    const known = await book(analytics);
    const newest = Math.max(...known.map(({ version }) => version));
    const mine = known.filter(({ version }) => version === newest);
    return (mine.find((one) => one.in_use) ?? mine[0])?.generation ?? null;
  } catch (error) {
    if (error instanceof AnalyticsSwitchedOff) return null;
    throw error;
  }
}

/** How far each partition is in the tables of a generation. */
export async function progressOf(
  analytics: Analytics,
  generation: Generation,
): Promise<ReadonlyMap<number, bigint>> {
  const rows = await analytics.ask<{ readonly partition: number; readonly position: string }>({
    sql: `SELECT partition, max(position) AS position
          FROM ${tableOf('facts_progress', generation)} GROUP BY partition`,
    as: 'platform',
  });
  return new Map(rows.map(({ partition, position }) => [partition, BigInt(position)]));
}

async function note(analytics: Analytics, row: Known): Promise<void> {
  const token = `${row.generation}/${row.in_use ? 'in use' : 'begun'}`;
  await analytics.insert({ table: 'facts_generation', token, rows: [row] });
}

async function book(analytics: Analytics): Promise<readonly Known[]> {
  return analytics.ask<Known>({
    sql: `SELECT generation, any(version) AS version, max(in_use) AS in_use
          FROM facts_generation GROUP BY generation ORDER BY min(noted_at), generation`,
    as: 'platform',
  });
}
