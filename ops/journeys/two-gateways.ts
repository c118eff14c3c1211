import type { TestServer } from '../stack/testing.ts';
import type { ProcessTree, Program } from './process-tree.ts';

/** The platform in processes: engines, all workers, and two APIs that share a real server. */
export async function startTwoGateways(
  tree: ProcessTree,
  server: TestServer,
  options: Readonly<Record<string, string>> = {},
): Promise<readonly [Program, Program]> {
  const environment = { ...options, [server.option.name]: server.option.value };
  const start = (name: string, script: readonly string[], serves = false) =>
    tree.program({ name, script, serves, environment });
  await start('engines', ['ops/start.ts', '--engines-only']);
  await start('workers', ['workers/main.ts']);
  const first = await start('api 1', ['api/main.ts'], true);
  return [first, await start('api 2', ['api/main.ts'], true)];
}
