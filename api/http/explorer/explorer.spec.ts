import type { FastifyInstance } from 'fastify';
import Fastify from 'fastify';
import { parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildSchema } from '../../graphql/schema.ts';
import { limits } from '../../limits.ts';
import { readyDocuments } from './documents.ts';
import { registerExplorer } from './explorer.ts';

describe('the explorer', () => {
  let server: FastifyInstance;
  let page = '';
  beforeAll(async () => {
    server = Fastify();
    registerExplorer(server);
    page = (await server.inject('/graphiql')).body;
  });
  afterAll(() => server.close());
  const addresses = () => [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, at]) => at ?? '');

  it('lets no foreign host and no script written into the page run', async () => {
    const policy = String((await server.inject('/graphiql')).headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toMatch(/unsafe-eval|https?:|\*/);
    expect(page).not.toMatch(/<script(?![^>]*(src=|application\/json))/);
    expect(addresses().filter((at) => /^[a-z]+:\/\/|^\/\//.test(at))).toEqual([]);
  });

  it('has every file that the page asks for, kept under addresses of their content', async () => {
    const files = addresses().filter((at) => at.startsWith('/graphiql/'));
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) {
      const answer = await server.inject(file);
      expect([file, answer.statusCode]).toEqual([file, 200]);
      expect(answer.headers['cache-control']).toContain('immutable');
      const again = await server.inject({
        url: file,
        headers: { 'if-none-match': String(answer.headers.etag) },
      });
      expect(again.statusCode).toBe(304);
    }
  });

  it('knows the modules that its own scripts import', async () => {
    const [version] = /(?<=\/graphiql\/)[0-9a-f]{16}/.exec(page) ?? [];
    const at = (name: string) => server.inject(`/graphiql/${version}/${name}`);
    const script = (await at('page.ts')).body;
    const imported = [...script.matchAll(/from '\.\/([^']+)'/g)].map(([, name]) => name ?? '');
    expect(imported.length).toBeGreaterThan(2);
    for (const name of imported) expect((await at(name)).statusCode).toBe(200);
    expect(script).not.toContain('import type');
  });

  it.each(['../package.json', '%2e%2e%2fpackage.json', 'explorer.ts', 'constructor', ''])(
    'gives nothing that is not on its list: %s',
    async (name) => {
      const [version] = /(?<=\/graphiql\/)[0-9a-f]{16}/.exec(page) ?? [];
      expect((await server.inject(`/graphiql/${version}/${name}`)).statusCode).toBe(404);
    },
  );

  it('gives nothing under the address of another version', async () => {
    expect((await server.inject('/graphiql/0000000000000000/page.ts')).statusCode).toBe(404);
  });

  it.each(readyDocuments())('hands out a document that the schema takes: $name', (document) => {
    const parsed = parse(document.query, { maxTokens: limits.tokensMax });
    expect(validate(buildSchema(), parsed)).toEqual([]);
    const names = parsed.definitions.map((one) => 'name' in one && one.name?.value);
    expect(names).toEqual([document.name]);
  });

  it('cannot be broken out of by a text in a document', () => {
    const [, tabs = ''] = /id="tabs">(.*?)<\/script>/s.exec(page) ?? [];
    expect(JSON.parse(tabs)).toHaveLength(readyDocuments().length);
    expect(tabs).not.toContain('<');
  });
});
