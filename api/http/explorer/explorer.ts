import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ReadyDocument } from './documents.ts';
import { readyDocuments, tabOf } from './documents.ts';
import type { ExplorerFile } from './files.ts';
import { readExplorerFiles } from './files.ts';

/**
 * Scripts from us alone, none of them written into the page, no eval; nothing foreign is asked or
 * shown. Styles are the one exception: GraphiQL's dialogs write theirs into the page. Its fonts
 * stand in its style sheet as data.
 */
export const explorerPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  'font-src data:',
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** GraphiQL at /graphiql: no build step, no foreign host, a closed list of files under it. */
export function registerExplorer(server: FastifyInstance): void {
  const files = readExplorerFiles();
  const page = pageOf(files.version, readyDocuments());
  server.get('/graphiql', async (_request, reply) =>
    reply
      .headers({ 'content-security-policy': explorerPolicy, 'cache-control': 'no-cache' })
      .type('text/html; charset=utf-8')
      .send(page),
  );
  server.get<{ Params: { version: string; name: string } }>(
    '/graphiql/:version/:name',
    async ({ params, headers }, reply) => {
      const file = params.version === files.version ? files.find(params.name) : null;
      if (!file) return reply.code(404).type('text/plain').send('There is no such file.');
      const etag = `"${files.version}"`;
      return headers['if-none-match'] === etag
        ? withCaching(reply, etag).code(304).send()
        : sendFile(withCaching(reply, etag), file);
    },
  );
}

/** Its address changes with its content, so whoever has it never needs to ask again. */
function withCaching(reply: FastifyReply, etag: string): FastifyReply {
  return reply.headers({ etag, 'cache-control': 'public, max-age=31536000, immutable' });
}

function sendFile(reply: FastifyReply, { type, body }: ExplorerFile): FastifyReply {
  return reply.type(type).send(body);
}

function pageOf(version: string, documents: readonly ReadyDocument[]): string {
  const at = (name: string) => `/graphiql/${version}/${name}`;
  // Data, not a script; but the parser of HTML would still see its "</script>".
  const tabs = JSON.stringify(documents.map(tabOf)).replaceAll('<', '\\u003c');
  const scripts = ['react', 'react-dom', 'graphiql', 'graphql-ws'].map(
    (name) => `<script defer src="${at(`${name}.js`)}"></script>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Parley: GraphiQL</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${at('graphiql.css')}">
<style>body { margin: 0; } #explorer { height: 100vh; }</style>
</head>
<body>
<div id="explorer">
<p>This page needs JavaScript. <a href="/">Status</a> and
<a href="/schema.graphql">schema</a> do without.</p>
</div>
<script type="application/json" id="tabs">${tabs}</script>
${scripts.join('\n')}
<script type="module" src="${at('page.ts')}"></script>
</body>
</html>
`;
}
