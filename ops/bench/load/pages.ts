import { Agent, request } from 'node:http';
import type { Answer, Somebody } from './people.ts';

/** One kind of request over HTTP, asked again and again on connections that stay open. */
export type Asking = {
  /** Resolves with the answer's text; rejects when it holds errors. */
  ask(variables: object): Promise<string>;
  close(): void;
};

const connections = 32;

export function openAsking(url: string, { token }: Somebody, query: string): Asking {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const head = `{"query":${JSON.stringify(query)},"variables":`;
  return {
    ask: (variables) =>
      new Promise((resolve, reject) => {
        const body = `${head}${JSON.stringify(variables)}}`;
        const length = { 'content-length': Buffer.byteLength(body) };
        const asked = request(
          `${url}/graphql`,
          { method: 'POST', agent, headers: { ...headers, ...length } },
          (response) => {
            const parts: Buffer[] = [];
            response.on('data', (part: Buffer) => parts.push(part));
            response.on('end', () => {
              const text = Buffer.concat(parts).toString();
              if (text.includes('"errors"')) reject(new Error(text.slice(0, 500)));
              else resolve(text);
            });
          },
        );
        asked.on('error', reject);
        asked.end(body);
      }),
    close: () => agent.destroy(),
  };
}

/** The data of an answer. */
export function dataOf(text: string): Answer {
  return JSON.parse(text).data;
}
