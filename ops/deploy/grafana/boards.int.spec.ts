import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ParleyEvent } from '../../../domain/recorded.ts';
import { ada, bob, cleo } from '../../../domain/testing/people.ts';
import { figures } from '../../../projections/facts/figures.ts';
import { tableOf, viewStatements } from '../../../projections/facts/statements.ts';
import { conversationOf, recorder } from '../../../projections/testing/history.ts';
import { openTestAnalytics } from '../../../workers/facts/testing/engine.ts';
import { load, recordsOf } from '../../../workers/facts/testing/history.ts';
import type { Analytics } from '../../adapters/analytics/port.ts';
import { withoutMacros } from './boards.ts';

const folder = new URL('./boards/', import.meta.url);
type Panel = {
  readonly title: string;
  readonly datasource: { readonly uid: string };
  readonly targets: readonly { readonly rawSql: string }[];
};
type Board = { readonly uid: string; readonly title: string; readonly panels: readonly Panel[] };

/** Those that ask ClickHouse; platform.json asks Prometheus. */
const boards = readdirSync(folder)
  .filter((name) => name !== 'platform.json')
  .map((name): Board & { readonly file: string } => ({
    ...JSON.parse(readFileSync(new URL(name, folder), 'utf8')),
    file: name,
  }));
const questions = boards.flatMap(({ title, panels }) =>
  panels.flatMap((panel) =>
    panel.targets.map(({ rawSql }) => ({ board: title, panel: panel.title, rawSql })),
  ),
);

let analytics: Analytics;
beforeAll(async () => {
  analytics = await openTestAnalytics();
  await load(analytics, 'b1', [recordsOf(aWeekOfTalk())]);
  const table = tableOf('facts_progress', 'b1');
  const stored_at = '2026-11-26 00:00:00';
  const rows = [{ partition: 0, position: '100', event_position: '90', stored_at }];
  await analytics.insert({ table, token: 'progress', rows });
  await analytics.define(viewStatements('b1', figures));
});
afterAll(async () => {
  await analytics[Symbol.asyncDispose]();
});

describe('every panel of the boards', () => {
  it.each(questions)('$board: $panel answers a reader with rows', async ({ rawSql }) => {
    const rows = await analytics.ask({
      sql: withoutMacros(rawSql, ['2026-01-01', '2027-01-01']),
      as: 'analyst',
    });
    expect(rows.length).toBeGreaterThan(0);
  });

  it('stands in a board of its file’s name, and asks the data source that is provisioned', () => {
    const provisioned = readFileSync(
      new URL('./provisioning/datasources/parley.yaml', import.meta.url),
      'utf8',
    );
    for (const { file, uid, panels } of boards) {
      expect(file).toBe(`${uid}.json`);
      for (const { datasource } of panels)
        expect(provisioned).toContain(`uid: ${datasource.uid}\n`);
    }
    expect(boards.map(({ uid }) => uid).sort()).toEqual([
      ...['cohorts', 'delivery', 'engagement', 'operations'],
    ]);
  });
});

/** Three people register, meet, talk, read and react on seven days. */
function aWeekOfTalk(): readonly ParleyEvent[] {
  const { history, said, kept } = recorder();
  const here = conversationOf(1);
  const settings = {
    ...({ editWindowMs: 0, posting: 'members', adding: 'members', editing: 'admins' } as const),
    ...({ joining: 'open', history: 'everything' } as const),
  };
  const members = [ada, bob].map((user) => ({ user, role: 'member' }) as const);
  const open = { kind: 'group', by: ada, title: '', about: '', members, settings } as const;
  said(here, { type: 'conversation-started', ...open });
  said(here, { type: 'member-joined', user: cleo, atNumber: 0, seesFrom: 1 });
  for (let number = 1; number <= 14; number += 1) {
    const author = [ada, bob, cleo][number % 3] ?? ada;
    said(here, {
      ...{ type: 'message-sent', number, atMs: 0, author, peer: undefined, contentTag: '' },
      ...{ clientId: '0198ad6e-7c00-7000-8000-0000000000d1' as never, form: 'text', text: '' },
      ...{ replyTo: undefined, claimedAtMs: undefined },
    });
    kept(here, ada, { type: 'marks-moved', deliveredUpTo: number, readUpTo: number });
    said(here, { type: 'reaction-added', number, by: bob, emoji: '👍' });
  }
  const registered = [ada, bob, cleo].map((userId, at) => ({
    ...{ id: `r${at}`, revision: 0, category: 'account', userId },
    event: { type: 'registered', kind: 'person', name: '', origin: 'registration' },
  }));
  return [...registered, ...history].map((recorded, at) => {
    const recordedAtMs = Date.UTC(2026, 10, 19) + at * 3 * 3_600_000;
    const { event } = recorded;
    const moved = event.type === 'message-sent' ? { ...event, atMs: recordedAtMs } : event;
    return { ...recorded, recordedAtMs, position: BigInt(at + 1), event: moved } as ParleyEvent;
  });
}
