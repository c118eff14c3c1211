import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { ada, bob, cleo, dan } from '../../domain/testing/people.ts';
import { buildSchema } from '../graphql/schema.ts';
import type { FrameFacts, Looker } from './scope.ts';
import { needsReadModels, scopeKey, sharingPlan, viewerDependent } from './scope.ts';

const schema = buildSchema();
const planOf = (selection: string) =>
  sharingPlan(schema, parse(`subscription { events { __typename ${selection} } }`));
const fieldsOf = (selection: string, typeName = 'MessageSent') =>
  [...(planOf(selection).get(typeName) ?? [])].sort();

describe('the fields that depend on who looks', () => {
  it('are fields of the SDL', () => {
    for (const field of viewerDependent) {
      const [typeName = '', name = ''] = field.split('.');
      const type = schema.getType(typeName);
      expect(type && 'getFields' in type && Object.keys(type.getFields())).toContain(name);
    }
  });

  it('are noted for the live type under which they stand', () => {
    const plan = planOf('... on MessageSent { message { clientId text } }');
    expect([...(plan.get('MessageSent') ?? [])]).toEqual(['Message.clientId']);
    expect([...(plan.get('MessageEdited') ?? [])]).toEqual([]);
  });

  it('are found deep below', () => {
    const fields = fieldsOf(
      '... on MessageSent { message { replyTo { conversation { title } } } }',
    );
    expect(fields).toEqual([
      'Conversation.title of what is answered',
      'Message.conversation of what is answered',
      'Message.replyTo',
    ]);
  });

  it('count for every live type in a fragment that any may use', () => {
    const plan = sharingPlan(
      schema,
      parse(`
        fragment M on Message { clientId }
        subscription { events { ... on MessageSent { message { ...M } } } }`),
    );
    for (const fields of plan.values()) expect([...fields]).toEqual(['Message.clientId']);
  });

  it('are those of what is answered in a fragment that may stand there', () => {
    const plan = sharingPlan(
      schema,
      parse(`
        fragment M on Message { clientId }
        subscription { events { ... on MessageSent { message { replyTo { ...M } } } } }`),
    );
    expect([...(plan.get('MessageSent') ?? [])].sort()).toEqual([
      'Message.clientId of what is answered',
      'Message.replyTo',
    ]);
  });

  it('are none in a document that shows what everybody sees alike', () => {
    const plan = planOf(`at
      ... on MessageSent { message { number text author { name } reactions { emoji count } } }
      ... on MembersChanged { joined { person { name } role } } ... on Progress { cursor }`);
    for (const fields of plan.values()) expect(fields.size).toBe(0);
  });
});

describe('what the answered message answers (law 8)', () => {
  const fields = new Set(
    fieldsOf('... on MessageSent { message { replyTo { replyTo { text } clientId } } }'),
  );
  const looker = (userId: Looker['userId'], seesFrom: number): Looker => ({
    ...{ userId, seesFrom, hides: new Set(), readMarks: true },
  });
  const about = (replyTo: number | null): FrameFacts => ({
    ...{ author: cleo, replyTo, fresh: true, subject: null },
  });

  it('is shown to nobody by the eyes of another', () => {
    const [early, late] = [looker(ada, 1), looker(bob, 20)];
    expect(scopeKey(fields, about(27), early)).not.toBe(scopeKey(fields, about(27), late));
    expect(needsReadModels(fields, about(27))).toBe(true);
  });

  it('costs nothing where nothing is answered', () => {
    expect(scopeKey(fields, about(null), looker(ada, 1))).toBe(
      scopeKey(fields, about(null), looker(bob, 20)),
    );
    expect(needsReadModels(fields, about(null))).toBe(false);
  });
});

describe('two viewers share a frame', () => {
  const facts: FrameFacts = { author: ada, replyTo: null, fresh: true, subject: null };
  const looker = (userId: Looker['userId'], more: Partial<Looker> = {}): Looker => ({
    ...{ userId, seesFrom: 1, hides: new Set(), readMarks: true, ...more },
  });
  const share = (
    field: string,
    [one, other]: readonly [Looker, Looker],
    of: Partial<FrameFacts> = {},
  ) => {
    const key = (who: Looker) => scopeKey(new Set([field]), { ...facts, ...of }, who);
    return key(one) === key(other);
  };

  it('when nothing in it depends on them', () => {
    expect(scopeKey(new Set(), facts, looker(bob))).toBe(scopeKey(new Set(), facts, looker(cleo)));
  });

  it('with a client id, unless one of them is the author', () => {
    expect(share('Message.clientId', [looker(bob), looker(cleo)])).toBe(true);
    expect(share('Message.clientId', [looker(ada), looker(cleo)])).toBe(false);
  });

  it('with an answered message, when both see it or neither does', () => {
    const [early, late] = [looker(bob), looker(cleo, { seesFrom: 10 })];
    const answer = { replyTo: 9 };
    expect(share('Message.replyTo', [early, late], answer)).toBe(false);
    expect(share('Message.replyTo', [early, looker(dan, { seesFrom: 9 })], answer)).toBe(true);
    expect(share('Message.replyTo', [late, looker(dan, { seesFrom: 11 })], answer)).toBe(true);
    expect(share('Message.replyTo', [early, late])).toBe(true); // it answers nothing
    const hid = looker(dan, { hides: new Set([9]) });
    expect(share('Message.replyTo', [early, hid], answer)).toBe(false);
    expect(share('Message.replyTo', [late, hid], answer)).toBe(true); // neither sees it
  });

  it('with marks, when both show theirs or neither does, and they are of somebody else', () => {
    const hides = looker(cleo, { readMarks: false });
    for (const field of ['Member.readUpTo', 'Member.deliveredUpTo']) {
      const of = { subject: ada };
      expect(share(field, [looker(bob), hides], of)).toBe(false);
      expect(share(field, [looker(bob), looker(dan)], of)).toBe(true);
      expect(share(field, [looker(ada), looker(dan)], of)).toBe(false);
      expect(share(field, [looker(ada, { readMarks: false }), hides], of)).toBe(false);
    }
  });

  it('with receipts, only while nobody has it', () => {
    for (const field of ['Message.deliveredTo', 'Message.readBy']) {
      expect(share(field, [looker(bob), looker(cleo)])).toBe(true);
      expect(share(field, [looker(bob), looker(cleo)], { fresh: false })).toBe(false);
    }
  });

  it('with nothing else that depends on them', () => {
    const known = /clientId|replyTo|UpTo|deliveredTo|readBy/;
    for (const field of [...viewerDependent].filter((name) => !known.test(name))) {
      expect(share(field, [looker(bob), looker(cleo)])).toBe(false);
      expect(share(field, [looker(bob), looker(bob)])).toBe(true);
    }
  });
});

describe('a message just sent', () => {
  const facts: FrameFacts = { author: ada, replyTo: null, fresh: true, subject: null };
  const needs = (field: string, of: Partial<FrameFacts> = {}) =>
    needsReadModels(new Set([field]), { ...facts, ...of });

  it('is shown from its event alone while that says all', () => {
    const enough = ['Message.clientId', 'Message.deliveredTo', 'Message.readBy', 'Message.replyTo'];
    for (const field of enough) expect(needs(field)).toBe(false);
  });

  it('waits for its row when it answers something, or is asked for its conversation', () => {
    expect(needs('Message.replyTo', { replyTo: 3 })).toBe(true);
    expect(needs('Message.conversation')).toBe(true);
    expect(needs('Conversation.my')).toBe(true);
  });
});
