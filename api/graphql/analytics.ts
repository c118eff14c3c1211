import { QuestionRefused } from '../../ops/adapters/analytics/port.ts';
import type { FigureRow, Grain } from '../../projections/facts/read.ts';
import {
  definitionOf,
  definitions,
  factsUpTo,
  figureRows,
  NoFactsYet,
} from '../../projections/facts/read.ts';
import { eventsPartitions } from '../../schemas/records/topics.ts';
import type { ApiContext } from '../context.ts';
import { viewerOf } from '../context.ts';
import { badInput, unavailable } from '../errors.ts';
import type { FieldResolvers, Resolver } from './schema.ts';

/** The days that one answer may span. */
const daysMax: Readonly<Record<Grain, number>> = { hour: 31, day: 366, week: 3_660, month: 7_320 };

/** Fields of Analytics; who is no analyst never comes here. */
export const analyticsFields: Readonly<Record<string, FieldResolvers>> = {
  Analytics: {
    upTo: (asked: Asked) => asked.upTo(),
    definitions: () => definitions,
    activePeople: figure('active_people'),
    retention: figure('retention'),
    funnel: figure('funnel'),
    engagement: figure('engagement_metrics'),
    messages: figure('messages_by_kind'),
    delivery: figure('delivery_latency'),
    conversations: figure('conversations_by_kind'),
    usage: figure('usage_statistics'),
    growth: figure('growth_accounting'),
    activeDays: figure('active_days_of_28'),
  },
};

export const analytics: Resolver = async (_parent, _args, context) => {
  const viewer = viewerOf(context);
  return (await context.dependencies.access.hasDuty(viewer, 'analyst')) ? askedIn(context) : null;
};

/** What the figures of one `analytics` share. */
type Asked = { upTo(): Promise<UpTo> };
type UpTo = { readonly position: bigint; readonly storedAt: number | null };

/** Asked once, and before any rows: these hold at least what is counted up to there. */
function askedIn(context: ApiContext): Asked {
  let told: Promise<UpTo> | null = null;
  return {
    upTo: () => {
      told ??= counted(() => factsUpTo(context.dependencies.analytics, eventsPartitions)).then(
        ({ position, storedAtMs }) => ({ position, storedAt: storedAtMs }),
      );
      return told;
    },
  };
}

type Span = { readonly from: Date; readonly to: Date; readonly by?: string | null };

function figure(name: string): Resolver {
  const definition = definitionOf(name);
  return async (asked: Asked, span: Span, context) => {
    const grain = 'grain' in definition.columns ? grainIn(span, definition) : null;
    const { from, to } = spanIn(span, grain ?? 'day');
    const { analytics, log } = context.dependencies;
    log.info({ viewer: context.viewer, figure: name, from, to, grain }, 'an analyst asked');
    const upTo = await asked.upTo();
    const rows = await counted(() =>
      figureRows(analytics, { figure: definition, from, to, grain }),
    );
    return { definition, upTo, rows: rows.map(inCamelCase) };
  };
}

function grainIn({ by }: Span, { columns }: ReturnType<typeof definitionOf>): Grain {
  if (by === 'HOUR' && columns.period?.[0] === 'Date') {
    throw badInput('by', 'must be DAY, WEEK or MONTH: this figure is not counted by the hour.');
  }
  return (by ?? 'DAY').toLowerCase() as Grain;
}

function spanIn({ from, to }: Span, grain: Grain): Span {
  if (to <= from) throw badInput('to', 'must be later than `from`.');
  const days = (to.getTime() - from.getTime()) / 86_400_000;
  if (days > daysMax[grain]) {
    throw badInput(
      'to',
      `is more than ${daysMax[grain]} days after \`from\`: ask for less at once.`,
    );
  }
  return { from, to };
}

/** What the engine refuses is too much for one answer; what is missing comes with the worker. */
async function counted<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (cause) {
    if (cause instanceof NoFactsYet) {
      throw unavailable('Nothing was counted yet: the worker `facts` has not begun.');
    }
    if (cause instanceof QuestionRefused) {
      throw badInput('to', `asks for more than one answer may hold. ${cause.message}`);
    }
    throw cause;
  }
}

function inCamelCase(row: FigureRow): FigureRow {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column.replace(/_(\w)/g, (_all, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );
}
