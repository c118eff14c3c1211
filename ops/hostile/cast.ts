import { v7 } from 'uuid';
import type { Answer, Caller } from '../journeys/testing.ts';
import { createGroup, register, send } from '../journeys/testing.ts';
import { planted } from './texts.ts';

/** Somebody who sends hostile input, with what a sound request of hers would name. */
export type Actor = {
  readonly token: string;
  readonly home: string; // her group
  readonly scrap: string; // a group for what ends or empties one
  readonly other: string; // a member of both
};

export type Cast = {
  readonly actors: readonly Actor[];
  readonly strangers: readonly string[]; // ids that are none of an actor's business, and odd ones
  /** Two people whose conversation nobody touches: it must look the same all the time. */
  readonly canary: { page(): Promise<string> };
};

const actorsCount = 12; // one may have ten sockets

/** Everybody who takes part, registered and talking, all with names that no log line may show. */
export async function gatherCast(url: string): Promise<Cast> {
  const canary = await openCanary(url);
  const actors: Actor[] = [];
  for (let at = 0; at < actorsCount; at += 1) actors.push(await openActor(url));
  const [first] = actors;
  const strangers = [
    ...[canary.conversation, canary.person, canary.message, canary.message.replace(/^.../, 'con')],
    ...[first?.other ?? '', canary.conversation.replace(/^.../, 'par')],
    ...[canary.conversation.replace(/^.../, 'per'), canary.person.replace(/^.../, 'con')],
  ];
  return { actors, strangers, canary };
}

async function openActor(url: string): Promise<Actor> {
  const [caller, other] = await pair(url);
  const home = await createGroup(caller, [other], planted);
  const scrap = await createGroup(caller, [other], planted);
  for (const group of [home, scrap]) {
    for (let count = 0; count < 3; count += 1) await send(caller, group, `${planted} ${count}`);
  }
  return { token: caller.token, home, scrap, other: other.id };
}

async function pair(url: string): Promise<readonly [Caller, Caller]> {
  return [await register(url, `${planted} A`), await register(url, `${planted} B`)];
}

const pageOf = `query ($id: ID!) {
  viewer { unread email inbox { edges { node { id title lastNumber } } } }
  conversation(id: $id) {
    id title memberCount members { edges { node { id role person { name } } } }
    messages(last: 100) {
      edges { cursor node { id number text sentAt clientId author { name } replyTo { number }
        reactions { emoji count mine } } }
    }
  }
}`;

async function openCanary(url: string) {
  const [caller, other] = await pair(url);
  const conversation = await createGroup(caller, [other], planted);
  const texts = ['hello', '👩‍👩‍👧‍👦', '\u202eback', 'a\r\nb', 'x'.repeat(8_000), '\u200bnothing'];
  let said: Answer = null;
  for (const [at, text] of texts.entries()) {
    said = await send(at % 2 === 0 ? caller : other, conversation, text, { clientId: v7() });
  }
  const page = async (): Promise<string> => {
    return JSON.stringify(await caller.ask(pageOf, { id: conversation }));
  };
  const asked = await caller.ask(
    `query ($id: ID!, $said: Position) {
      conversation(id: $id, atLeast: $said) { message(number: 1) { id } }
    }`,
    { id: conversation, said: said.position },
  );
  const message: string = asked.conversation.message.id;
  return { conversation, message, person: other.id, page };
}
