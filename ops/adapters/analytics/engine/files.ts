import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Who may ask an engine, and where. */
export type EngineFile = {
  readonly port: number; // 0 before the first start
  readonly platform: Account;
  readonly reader: Account;
};
export type Account = { readonly user: string; readonly password: string };

/** The database that the platform's facts lie in, and all that a reader may see. */
export const engineDatabase = 'parley';

/** What was written for a folder; its passwords are made with the first port. */
export function readEngineFile(folder: string): EngineFile | null {
  const file = join(folder, 'engine.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}

/** Whole or not at all. */
export function writeEngineFile(folder: string, contents: EngineFile): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'engine.json');
  writeFileSync(`${file}.new`, JSON.stringify(contents), { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
}

/** The engine of a folder, made if there is none: same port and passwords at every start. */
export function ensureEngineFile(folder: string, port = 0): EngineFile {
  const found = readEngineFile(folder);
  if (found !== null) return found;
  const made = {
    port,
    platform: { user: 'parley', password: secret() },
    reader: { user: 'analyst', password: secret() },
  };
  writeEngineFile(folder, made);
  return made;
}

/** As PARLEY_ANALYTICS has it. */
export function urlOf({ port, platform, reader }: EngineFile): string {
  const url = new URL(`http://127.0.0.1:${port}/${engineDatabase}`);
  url.username = platform.user;
  url.password = platform.password;
  url.searchParams.set('reader', `${reader.user}:${reader.password}`);
  return url.href;
}

/** Where the engine finds the settings of its start. */
export function layOutEngine(folder: string): { readonly data: string; readonly config: string } {
  const data = join(folder, 'data');
  const [config, users] = [join(folder, 'config.xml'), join(folder, 'users.xml')];
  mkdirSync(data, { recursive: true, mode: 0o700 });
  writeFileSync(config, configXml(users));
  writeFileSync(users, usersXml);
  return { data, config };
}

/** The server's own: what it has acknowledged is on the disk, and it leaves memory to others. */
function configXml(users: string): string {
  return `<clickhouse>
  <users_config>${escapeXml(users)}</users_config>
  <max_server_memory_usage>4000000000</max_server_memory_usage>
  <merge_tree>
    <fsync_after_insert>1</fsync_after_insert>
    <fsync_part_directory>1</fsync_part_directory>
  </merge_tree>
</clickhouse>
`;
}

/** One account, because the engine knows no more of them; what it may is a matter of roles. */
const usersXml = `<clickhouse>
  <profiles><default><max_memory_usage>2000000000</max_memory_usage></default></profiles>
  <quotas><default></default></quotas>
  <roles>
    <platform><grants><query>GRANT ALL ON *.*</query></grants></platform>
    <reader><grants><query>GRANT SELECT ON ${engineDatabase}.*</query></grants></reader>
  </roles>
  <users>
    <default>
      <password></password>
      <networks><ip>::/0</ip></networks>
      <profile>default</profile>
      <quota>default</quota>
      <grants><query>GRANT platform, reader</query></grants>
    </default>
  </users>
</clickhouse>
`;

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

function secret(): string {
  return randomBytes(24).toString('base64url');
}
