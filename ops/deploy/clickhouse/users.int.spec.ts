import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { analystBounds } from '../../adapters/analytics/port.ts';

const xml = readFileSync(join(import.meta.dirname, 'users.xml'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'parley-clickhouse-users-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs statements as an account of users.xml, in an engine that knows only this one. */
function asked(account: 'parley' | 'analyst', statements: readonly string[]): readonly string[] {
  const other = account === 'parley' ? 'analyst' : 'parley';
  const users = xml
    .replace(new RegExp(`<${other}>[^]*</${other}>`), '')
    .replaceAll(new RegExp(`<(/?)${account}>`, 'g'), '<$1default>')
    .replace(/<password_sha256_hex[^>]*>/, '<password></password>')
    .replace('<profiles>', '<profiles><default></default>')
    .replace('<quotas>', '<quotas><default></default>');
  const [config, usersFile] = [join(folder, 'config.xml'), join(folder, 'users.xml')];
  writeFileSync(usersFile, users);
  writeFileSync(config, `<clickhouse><users_config>${usersFile}</users_config></clickhouse>`);
  const script = `
    const { Session } = require('chdb');
    const [data, config, ...statements] = process.argv.slice(1);
    const session = new Session(data, { connectionArgs: ['--config-file=' + config] });
    const outcomes = statements.map((sql) => {
      try { return session.query(sql, 'TSV').trim(); } catch (cause) {
        return /\\(([A-Z_]+)\\)\\s*$/.exec(cause.message)?.[1] ?? cause.message;
      }
    });
    console.log(JSON.stringify(outcomes));
    process.exit(0);`;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['-e', script, join(folder, account), config, ...statements],
    { cwd: join(import.meta.dirname, '../../..'), encoding: 'utf8' },
  );
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

describe('the accounts of ops/deploy/clickhouse/users.xml, as the engine understands them', () => {
  it('let the analyst read, within the bounds that the platform counts on', () => {
    const setting = (name: string) => `select toUInt64(getSetting('${name}'))`;
    const { seconds, rowsMax, bytesMax } = analystBounds;
    expect(
      asked('analyst', [
        'select 1',
        setting('readonly'),
        setting('max_execution_time'),
        setting('max_result_rows'),
        setting('max_bytes_to_read'),
        'select 1 settings output_format_json_quote_64bit_integers = 1',
      ]),
    ).toEqual(['1', '2', `${seconds}`, `${rowsMax}`, `${bytesMax}`, '1']);
  });

  it('refuse the analyst whatever else she tries', () => {
    const refused = {
      'select 1 settings max_execution_time = 0': 'SETTING_CONSTRAINT_VIOLATION',
      'select 1 settings max_result_rows = 20000': 'SETTING_CONSTRAINT_VIOLATION',
      "select 1 settings result_overflow_mode = 'break'": 'SETTING_CONSTRAINT_VIOLATION',
      'select 1 settings readonly = 0': 'READONLY',
      'select number from numbers(10001)': 'TOO_MANY_ROWS_OR_BYTES',
      'create table default.t (a Int8) engine = Memory': 'ACCESS_DENIED',
      "select * from file('/etc/passwd', 'LineAsString')": 'ACCESS_DENIED',
      "select * from url('http://127.0.0.1:1/', 'LineAsString')": 'ACCESS_DENIED',
      'select * from system.users': 'ACCESS_DENIED',
    };
    expect(asked('analyst', Object.keys(refused))).toEqual(Object.values(refused));
  });

  it('let the platform make and fill its tables, and nothing else', () => {
    const table = 'engine = MergeTree order by a settings non_replicated_deduplication_window = 10';
    expect(
      asked('parley', [
        'create database if not exists parley',
        `create table parley.t (a Int8) ${table}`,
        `create table parley.u (a Int8) ${table}`,
        'create materialized view parley.v to parley.u as select a from parley.t',
        'insert into parley.t values (1)',
        'select count() from parley.u',
        "select name from system.tables where database = 'parley' order by name",
        'create database other',
        "select * from file('/etc/passwd', 'LineAsString')",
      ]),
    ).toEqual(['', '', '', '', '', '1', 't\nu\nv', 'ACCESS_DENIED', 'ACCESS_DENIED']);
  });
});
