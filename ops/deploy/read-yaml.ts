import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { load }: { load(text: string): unknown } = createRequire(import.meta.url)('js-yaml');

/** A file of this repository, by its path from the root, as what it says. */
export function readYaml<Shape>(path: string): Shape {
  return load(readFileSync(join(import.meta.dirname, '../..', path), 'utf8')) as Shape;
}
