import { readFileSync } from 'node:fs';

/** A tab of the explorer; its name is the name of the operation. */
export type ReadyDocument = {
  readonly name: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Whose token goes along; null when nobody's is needed. */
  readonly as: string | null;
};

const ada = { email: 'ada@example.org', password: 'correct horse', device: 'explorer' };
const ben = { email: 'ben@example.org', password: 'correct horse', device: 'explorer' };

/** In the order in which a newcomer runs them. Names in {{…}} are filled in by the page. */
const table: Readonly<Record<string, Pick<ReadyDocument, 'as' | 'variables'>>> = {
  RegisterAda: { as: null, variables: { input: { name: 'Ada', ...ada } } },
  RegisterBen: { as: null, variables: { input: { name: 'Ben', ...ben } } },
  LogIn: { as: null, variables: { ada, ben } },
  OpenDirect: { as: 'Ada', variables: { input: { personId: '{{Ben.id}}' } } },
  Watch: { as: 'Ben', variables: { after: null } },
  Send: {
    as: 'Ada',
    variables: {
      input: { conversationId: '{{conversation}}', clientId: '{{uuidv7}}', text: 'Hello, Ben!' },
    },
  },
  History: { as: 'Ben', variables: { id: '{{conversation}}', before: null } },
  Inbox: { as: 'Ben', variables: {} },
};

/** The walk from registering to two people who talk live, as its files tell it. */
export function readyDocuments(): readonly ReadyDocument[] {
  return Object.entries(table).map(([name, rest]) => {
    const file = new URL(`./documents/${name}.graphql`, import.meta.url);
    return { name, query: readFileSync(file, 'utf8'), ...rest };
  });
}

/** A tab as GraphiQL takes it. */
export function tabOf({ query, variables, as }: ReadyDocument) {
  const headers = as === null ? {} : { authorization: `Bearer {{${as}.token}}` };
  const inLines = (value: object) => JSON.stringify(value, null, 2);
  return { query, variables: inLines(variables), headers: inLines(headers) };
}
