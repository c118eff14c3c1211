import { setTimeout as pause } from 'node:timers/promises';
import { v7 } from 'uuid';
import { PlainError } from '../plain-error.ts';

/** Names of many scripts, so that a newcomer sees how they stand. */
export const names: readonly string[] = [
  ...['Ada Lovelace', 'Émilie du Châtelet', 'فاطمة الفهرية', '陈景润', 'Søren Kierkegaard'],
  ...['さくら', 'Олена Теліга', 'Mário de Andrade', 'Nnedi', 'עדה יונת', 'Łukasz', 'Zoë'],
  ...['Grace', 'Ibn Sina', 'Sofia', 'Ravi', 'Amara', 'Jörg', 'Chloé', 'Mehmet', 'Inés', 'Kofi'],
  ...['Yuki', 'Tadeusz'],
];

export const groupTitles: readonly string[] = ['Breakfast club', 'Garden', 'رحلة الجبل'];

export const sentences: readonly string[] = [
  ...['Good morning, everybody.', 'Who has the key?', 'I do.', 'See you at five.', '👍'],
  ...['صباح الخير', '今天天气很好。', 'Das sehe ich auch so.', '¿Quién trae el pan?'],
  ...['The tomatoes are doing well.', 'Rain tomorrow, they say.', 'Then we go on Sunday.'],
  ...['Has anybody seen my hat?', 'It is on the bench.', 'Thank you!', 'Спасибо!'],
];

export type Demonstrator = {
  readonly email: string;
  createGroup(title: string, others: readonly Demonstrator[]): Promise<string>;
  /** Says it, and now and then reads what was said. */
  say(conversationId: string, text: string, count: number): Promise<void>;
  readonly id: string;
};

type Answer = {
  readonly data?: Record<string, unknown>;
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
};

const triesMax = 240; // with the pause between them two minutes
const goneAfterTries = 20;
const pausedMs = 500;

/**
 * Asks again, with the ids it has, while the platform or a machine that it needs is away, as any
 * client should: a balancer says so with a page, a gateway with an error of its own.
 */
async function answered(url: string, request: RequestInit): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    const response = await reached(url, request).catch((cause) => {
      if (tries >= goneAfterTries) throw cause;
      return null; // a balancer that starts again
    });
    const answer = response && response.status < 500 ? ((await response.json()) as Answer) : null;
    if (answer && !answer.errors?.some(({ extensions }) => extensions?.code === 'UNAVAILABLE')) {
      return answer;
    }
    await response?.body?.cancel().catch(() => undefined);
    if (tries === triesMax) {
      throw new PlainError(
        `The platform is away for long: ${url}/health/ready says what it lacks.`,
      );
    }
    if (tries === 1) console.log('The platform is away, or a machine it needs: trying again.');
    await pause(pausedMs);
  }
}

/** A platform that has gone is told in a sentence. */
async function reached(url: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(`${url}/graphql`, request);
  } catch {
    throw new PlainError(`The platform at ${url} has gone: start it and the demonstration again.`);
  }
}

/** Registers a person; everything she does goes over the wire, as any client's would. */
export async function callerOf(
  url: string,
  who: { readonly name: string; readonly email: string; readonly password: string },
): Promise<Demonstrator> {
  const ask = async (query: string, input: object, token?: string): Promise<unknown> => {
    const { data, errors } = await answered(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query, variables: { input } }),
    });
    if (errors || !data) throw new PlainError(`The platform at ${url} refused the demonstration.`);
    return Object.values(data)[0];
  };
  type Session = { session: { accessToken: string }; viewer: { person: { id: string } } };
  const logIn = async (): Promise<Session> =>
    (await ask(
      `mutation ($input: LogInInput!) {
        logIn(input: $input) { session { accessToken } viewer { person { id } } } }`,
      { email: who.email, password: who.password, device: 'demo' },
    )) as Session;
  const { session, viewer } = (await ask(
    `mutation ($input: RegisterInput!) {
      register(input: $input) { session { accessToken } viewer { person { id } } } }`,
    { ...who, device: 'demo' },
  )) as Session;
  let token = session.accessToken;
  let freshUntilMs = Date.now() + 300_000;
  const asHer = async (query: string, input: object): Promise<unknown> => {
    if (Date.now() > freshUntilMs) {
      token = (await logIn()).session.accessToken;
      freshUntilMs = Date.now() + 300_000;
    }
    return ask(query, input, token);
  };
  return {
    email: who.email,
    id: viewer.person.id,
    createGroup: async (title, others) => {
      const memberIds = others.map(({ id }) => id);
      const made = (await asHer(
        'mutation ($input: CreateGroupInput!) { ' +
          'createGroup(input: $input) { conversation { id } } }',
        { title, memberIds },
      )) as { conversation: { id: string } };
      return made.conversation.id;
    },
    say: async (conversationId, text, count) => {
      const sent = (await asHer(
        'mutation ($input: SendMessageInput!) { ' +
          'sendMessage(input: $input) { message { number } } }',
        { conversationId, text, clientId: v7() },
      )) as { message: { number: number } };
      if (count % 5 !== 0) return;
      const mark = { conversationId, number: sent.message.number };
      await asHer('mutation ($input: MarkInput!) { markRead(input: $input) { position } }', mark);
    },
  };
}
