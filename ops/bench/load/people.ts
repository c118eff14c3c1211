import { v7 } from 'uuid';

/** Somebody with a token. */
export type Somebody = { readonly id: string; readonly token: string };

// biome-ignore lint/suspicious/noExplicitAny: answers are read as the benches expect them
export type Answer = any;

export async function ask(
  url: string,
  query: string,
  { variables = {}, token }: { readonly variables?: object; readonly token?: string } = {},
): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors }: Answer = await response.json();
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

/** Asks again while a machine does not answer, as clients do; what is asked may be done twice. */
export async function patiently<Result>(asking: () => Promise<Result>): Promise<Result> {
  for (let left = 20; ; left -= 1) {
    try {
      return await asking();
    } catch (cause) {
      if (left === 0 || !/UNAVAILABLE/.test(String(cause))) throw cause;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }
}

/** Registers so many, a few at a time: each costs a password hash. */
export async function registerMany(url: string, count: number): Promise<readonly Somebody[]> {
  const people: Somebody[] = [];
  for (let from = 0; from < count; from += 20) {
    const some = Array.from({ length: Math.min(20, count - from) }, (_, at) => from + at);
    const registered = some.map((at) => patiently(() => register(url, `Person ${at}`)));
    people.push(...(await Promise.all(registered)));
  }
  return people;
}

async function register(url: string, name: string): Promise<Somebody> {
  const data = await ask(
    url,
    `mutation ($name: String!, $email: String!) {
      register(input: { name: $name, email: $email, password: "correct horse", device: "load" }) {
        refusal { code } session { accessToken } viewer { person { id } }
      }
    }`,
    { variables: { name, email: `${v7()}@example.org` } },
  );
  const { session, viewer } = data.register;
  return { id: viewer.person.id, token: session.accessToken };
}

export async function openDirect(url: string, one: Somebody, other: Somebody): Promise<string> {
  const query = `mutation ($personId: ID!) {
    openDirect(input: { personId: $personId }) { refusal { code } conversation { id } }
  }`;
  const variables = { personId: other.id };
  const data = await patiently(() => ask(url, query, { variables, token: one.token }));
  return data.openDirect.conversation.id;
}

export async function createGroup(
  url: string,
  owner: Somebody,
  others: readonly Somebody[],
): Promise<string> {
  const data = await ask(
    url,
    `mutation ($input: CreateGroupInput!) {
      createGroup(input: $input) { refusal { code } conversation { id } }
    }`,
    {
      variables: { input: { title: 'Load', memberIds: others.map(({ id }) => id) } },
      token: owner.token,
    },
  );
  return data.createGroup.conversation.id;
}
