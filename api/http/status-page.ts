/** What the page at / tells. */
export type Status = {
  readonly version: string;
  readonly startedAt: Date;
  readonly sections: readonly Section[];
};

/** A table; the first cell of a row names it. */
export type Section = {
  readonly caption: string;
  readonly columns: readonly string[]; // beside the names
  readonly rows: readonly (readonly string[])[];
};

/** Where a page leads. */
export type Link = { readonly path: string; readonly name: string };

/** Plain HTML, no script: it must work when nothing else does. */
export function statusPage(
  { version, startedAt, sections }: Status,
  links: readonly Link[],
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
<p>${links.map(({ path, name }) => `<a href="${path}">${escaped(name)}</a>`).join(' ·\n')}</p>
${sections.map(table).join('\n')}
</main>
</body>
</html>
`;
}

function table({ caption, columns, rows }: Section): string {
  const head = columns.map((name) => `<th scope="col">${escaped(name)}</th>`).join('');
  const lines = rows.map(([first = '', ...rest]) => {
    const cells = rest.map((cell) => `<td>${escaped(cell)}</td>`).join('');
    return `<tr><th scope="row">${escaped(first)}</th>${cells}</tr>`;
  });
  return `<h2>${escaped(caption)}</h2>
<table>
<thead><tr><td></td>${head}</tr></thead>
<tbody>
${lines.join('\n')}
</tbody>
</table>`;
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
