import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openAnalytics } from '../../adapters/analytics/open.ts';
import { PlainError } from '../../plain-error.ts';
import { settingsOr } from '../../settings.ts';
import { readBoard, withoutMacros } from './boards.ts';
import type { Row } from './panel-picture.ts';
import { boardPicture, panelPicture } from './panel-picture.ts';

const help = `node ops/launch.cjs ops/deploy/grafana/draw.ts [--into FOLDER]

Draws each board that asks ClickHouse, as SVG: every panel's own question is asked of
PARLEY_ANALYTICS, as the analyst who may only read. A panel whose question fails ends it; one
without rows is told, and left out. These are our pictures, not Grafana's.

  --into FOLDER     ops/docs/pictures unless told
  --from, --to DAY  the span, a year to now unless told
  --help            this text`;

const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const { values } = parseArgs({
  options: {
    help: { type: 'boolean' },
    into: { type: 'string', default: 'ops/docs/pictures' },
    from: { type: 'string', default: day(Date.now() - 365 * 86_400_000) },
    to: { type: 'string', default: day(Date.now() + 86_400_000) },
  },
});
if (values.help) console.log(help);
else await draw(values.into, [values.from, values.to]);

async function draw(into: string, span: readonly [string, string]): Promise<void> {
  const { analytics: machine } = settingsOr(process.cwd()).config;
  if (machine.kind !== 'clickhouse') {
    throw new PlainError('PARLEY_ANALYTICS names no ClickHouse: npm run stack, then its options.');
  }
  await using analytics = await openAnalytics(machine);
  mkdirSync(into, { recursive: true });
  for (const file of readdirSync(join(import.meta.dirname, 'boards'))) {
    const { title, panels, uid } = readBoard(file);
    const pictures: string[] = [];
    for (const panel of panels) {
      for (const { rawSql } of panel.targets ?? []) {
        if (rawSql === undefined) continue;
        const sql = withoutMacros(rawSql, span);
        const rows = await analytics.ask<Row>({ sql, as: 'analyst' });
        console.log(`${title}: ${panel.title}: ${rows.length} rows`);
        if (rows.length > 0) pictures.push(panelPicture(panel.title, rows));
      }
    }
    if (pictures.length > 0) {
      writeFileSync(join(into, `board-${uid}.svg`), boardPicture(title, pictures));
    }
  }
}
