import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** One copy of graphql for us and for Mercurius: its two builds refuse each other's schemas. */
const graphqlOnce = { find: /^graphql$/, replacement: `${root}node_modules/graphql/index.js` };

function project(name: string, include: string, timeoutMs: number) {
  return {
    root,
    resolve: { alias: [graphqlOnce] },
    test: {
      name,
      include: [`{domain,schemas,commands,projections,api,workers,ops}/**/${include}`],
      exclude: name === 'spec' ? ['int', 'e2e', 'stack'].map((of) => `**/*.${of}.spec.ts`) : [],
      testTimeout: timeoutMs,
      hookTimeout: 120_000,
      pool: 'forks' as const,
    },
  };
}

/** Projects by suffix: what a spec needs is in its name. */
export default defineConfig({
  root,
  test: {
    maxWorkers: 2,
    projects: [
      project('spec', '*.spec.ts', 30_000),
      project('int', '*.int.spec.ts', 120_000),
      project('e2e', '*.e2e.spec.ts', 300_000),
      project('stack', '*.stack.spec.ts', 120_000), // on the servers of ops/stack
    ],
  },
});
