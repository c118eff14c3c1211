import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from './sources.ts';

/** A small tree with one offence for each rule. */
const offences: Readonly<Record<string, readonly [file: string, imports: string]>> = {
  'domain-is-pure': ['domain/rule.ts', "import 'node:fs';"],
  'schemas-know-the-domain': ['schemas/wire.ts', "import '../commands/ask.ts';"],
  'commands-see-ports': ['commands/ask.ts', "import '../projections/inbox/read.ts';"],
  'projection-inbox-stands-alone': ['projections/inbox/read.ts', "import '../people/read.ts';"],
  'api-reads-and-commands': ['api/query.ts', "import '../projections/inbox/changes.ts';"],
  'workers-see-ports': ['workers/relay.ts', "import '../api/query.ts';"],
  'adapters-stand-alone': ['ops/adapters/cache/redis.ts', "import '../tables/postgres.ts';"],
  'ports-as-types': ['api/live.ts', "import '../ops/one.ts';"],
  'drivers-are-chosen-in-compose': ['workers/run.ts', "import '../ops/adapters/cache/redis.ts';"],
  'config-reads-the-environment': ['ops/config/config.ts', "import '../../domain/rule.ts';"],
  'prom-client-behind-the-meter': ['api/count.ts', "import 'prom-client';"],
  'opentelemetry-behind-the-port': ['api/trace.ts', "import '@opentelemetry/api';"],
  'opentelemetry-on-demand': ['ops/tell.ts', "import './observe/traces/open-telemetry.ts';"],
  'no-cycles': ['ops/one.ts', "import './two.ts';"],
  'specs-are-not-imported': ['ops/three.ts', "import './four.spec.ts';"],
};
const targets: Readonly<Record<string, string>> = {
  'projections/people/read.ts': 'export {};',
  'projections/inbox/changes.ts': 'export {};',
  'ops/adapters/cache/port.ts': 'export {};',
  'ops/adapters/tables/postgres.ts': 'export {};',
  'ops/observe/traces/open-telemetry.ts': 'export {};',
  'ops/two.ts': "import './one.ts';",
  'ops/four.spec.ts': 'export {};',
};

describe('each import rule', () => {
  let tree = '';
  let violated: ReadonlySet<string> = new Set();

  beforeAll(() => {
    tree = mkdtempSync(join(tmpdir(), 'parley-rules-'));
    symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
    writeFileSync(join(tree, 'tsconfig.json'), '{}');
    const all = [...Object.values(offences), ...Object.entries(targets)];
    for (const [path, text] of all) {
      mkdirSync(dirname(join(tree, path)), { recursive: true });
      writeFileSync(join(tree, path), `${text}\nexport const x = 1;\n`);
    }
    violated = cruise(tree);
  });
  afterAll(() => rmSync(tree, { recursive: true }));

  it.each(Object.keys(offences))('%s catches its offence', (rule) => {
    expect([...violated]).toContain(rule);
  });
});

function cruise(tree: string): ReadonlySet<string> {
  const rooms = ['domain', 'schemas', 'commands', 'projections', 'api', 'workers', 'ops'];
  const config = join(root, 'ops/tidy/import-rules.cjs');
  const command = join(root, 'node_modules/.bin/depcruise');
  const output = execFileSync(
    process.execPath,
    [command, '--config', config, '--output-type', 'json', ...rooms],
    { cwd: tree, maxBuffer: 64 * 1024 * 1024 },
  );
  const { summary }: { summary: { violations: { rule: { name: string } }[] } } = JSON.parse(
    output.toString(),
  );
  return new Set(summary.violations.map(({ rule }) => rule.name));
}
