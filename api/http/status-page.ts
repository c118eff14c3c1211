/** What the page at / tells. */
export type Status = {
  readonly version: string;
  readonly startedAt: Date;
  readonly machines: readonly {
    readonly name: string;
    readonly what: string;
    readonly state: string;
  }[];
  readonly workers: readonly { readonly name: string; readonly state: string }[];
  readonly figures: readonly { readonly name: string; readonly value: string }[];
};

/** Plain HTML, no script: it must work when nothing else does. */
export function statusPage(
  { version, startedAt, machines, workers, figures }: Status,
  explorer: boolean,
): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Parley</title>
<style>
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin: 0.5rem 0 1.5rem; }
th, td { text-align: start; padding: 0.3rem 0.8rem 0.3rem 0; border-bottom: 1px solid #8884; }
th { font-weight: 600; }
</style>
</head>
<body>
<main>
<h1>Parley ${escaped(version)}</h1>
<p>A messenger platform whose only truth is a log of events. Running since
<time datetime="${startedAt.toISOString()}">${startedAt.toISOString()}</time>.</p>
<p>${explorer ? '<a href="/graphiql">Explorer</a> ·' : ''}
<a href="/schema.graphql">Schema</a> ·
<a href="/health/ready">Health</a></p>
${table(
  'Machines',
  machines.map(({ name, what, state }) => [name, what, state]),
)}
${table(
  'Workers',
  workers.map(({ name, state }) => [name, state]),
)}
${table(
  'Figures',
  figures.map(({ name, value }) => [name, value]),
)}
</main>
</body>
</html>
`;
}

function table(caption: string, rows: readonly (readonly string[])[]): string {
  const lines = rows.map(([first = '', ...rest]) => {
    const cells = rest.map((cell) => `<td>${escaped(cell)}</td>`).join('');
    return `<tr><th scope="row">${escaped(first)}</th>${cells}</tr>`;
  });
  return `<h2>${caption}</h2>\n<table>${lines.join('\n')}</table>`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
