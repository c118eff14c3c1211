import type { Settings } from './config.ts';
import { names } from './config.ts';
import { options } from './environment.ts';

/** Each value and where it came from; secrets are hidden unless they are the default. */
export function printSettings(settings: Settings): string {
  const rows = names().map((name) => {
    const { text, source } = settings.raw[name];
    const secret = 'secret' in options[name] && source !== 'default';
    return { name, shown: secret ? '(hidden)' : text === '' ? '(empty)' : text, source };
  });
  const widest = (column: 'name' | 'shown') => Math.max(...rows.map((row) => row[column].length));
  const [nameWidth, shownWidth] = [widest('name'), widest('shown')];
  return rows
    .map(({ name, shown, source }) =>
      [name.padEnd(nameWidth), shown.padEnd(shownWidth), `from ${source}`].join('  '),
    )
    .join('\n');
}

/** The text of `.env.example`. */
export function exampleFile(): string {
  const blocks = names().map(
    (name) => `# ${options[name].says}\n# ${name}=${options[name].fallback}\n`,
  );
  const head = '# Every option with its default. Copy to .env and uncomment what you change.';
  return `${head}\n\n${blocks.join('\n')}`;
}
