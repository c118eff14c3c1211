import type { Known } from './memory.ts';
import { fill, learnt } from './memory.ts';
import { chosenOf } from './operations.ts';
import type { Watch } from './watch.ts';

/** What GraphiQL hands over when somebody runs a document. */
export type Asked = {
  readonly query: string;
  readonly operationName?: string | null;
  readonly variables?: Readonly<Record<string, unknown>> | null;
};

export type AskedHow = {
  readonly headers?: Readonly<Record<string, string>>;
};

export type FetcherOptions = {
  readonly endpoint: string;
  readonly known: () => Known;
  readonly learn: (more: Known) => void;
  readonly newId: () => string;
  readonly watch: (asked: Asked, authorization: () => string | undefined) => Watch;
};

/** Fills in what the page knows, asks over HTTP or the socket, and learns from the answer. */
export function openFetcher(options: FetcherOptions) {
  return async (asked: Asked, how: AskedHow = {}): Promise<unknown> => {
    if (asked.operationName === 'IntrospectionQuery') return post(options.endpoint, asked, {});
    const { known, newId } = options;
    const variables = fill(asked.variables ?? {}, known(), newId);
    const headers = fill(lowerCased(how.headers ?? {}), known(), newId);
    if (variables.kind === 'missing') return refused(variables.says);
    if (headers.kind === 'missing') return refused(headers.says);
    const operation = chosenOf(asked.query, asked.operationName);
    const operationName = operation?.name ?? null;
    const filled = { ...asked, operationName, variables: variables.value };
    if (operation?.kind === 'subscription')
      return options.watch(filled, () => authorizationOf(how));
    const answer = await post(options.endpoint, filled, headers.value);
    options.learn(learnt(answer));
    return answer;
  };

  /** Anew at each attempt: a token that came meanwhile is the better one. */
  function authorizationOf({ headers = {} }: AskedHow): string | undefined {
    const { authorization } = lowerCased(headers);
    const filled = fill(authorization, options.known(), options.newId);
    return filled.kind === 'filled' ? filled.value : undefined;
  }
}

async function post(
  endpoint: string,
  body: object,
  headers: Readonly<Record<string, string>>,
): Promise<unknown> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => null);
  if (response === null) return refused('The platform does not answer: is it running?');
  return response
    .json()
    .catch(() => refused(`The answer is no GraphQL (status ${response.status}).`));
}

function refused(message: string): object {
  return { errors: [{ message }] };
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}
