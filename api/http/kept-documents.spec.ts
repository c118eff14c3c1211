import type { FastifyInstance } from 'fastify';
import type { DocumentNode } from 'graphql';
import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { weightOf } from '../document-weight.ts';
import { buildSchema } from '../graphql/schema.ts';
import { boundKeptDocuments } from './kept-documents.ts';

describe('what a document weighs', () => {
  it('grows with its tokens, and with what nobody reads', () => {
    const small = weightOf(parse('{ a }'));
    expect(weightOf(parse(`{ ${'a '.repeat(1_000)} }`)) - small).toBeGreaterThan(400_000);
    expect(weightOf(parse(`{ a } # ${'x'.repeat(10_000)}`)) - small).toBeGreaterThan(10_000);
  });
});

describe('kept documents', () => {
  it('are forgotten together when those that came in weigh too much', async () => {
    let forgotten = 0;
    let read: (schema: unknown, document: DocumentNode) => Promise<void> = async () => undefined;
    const graphql = {
      addHook: (_name: string, hook: typeof read) => {
        read = hook;
      },
      replaceSchema: () => {
        forgotten += 1;
      },
    };
    const document = parse('{ a }');
    const three = 3 * weightOf(document);
    boundKeptDocuments({ graphql } as unknown as FastifyInstance, buildSchema(), three);
    for (let count = 0; count < 3; count += 1) await read(null, document);
    expect(forgotten).toBe(0);
    await read(null, document);
    expect(forgotten).toBe(1);
    for (let count = 0; count < 3; count += 1) await read(null, document);
    expect(forgotten).toBe(2);
  });
});
