import { writeFileSync } from 'node:fs';
import { exampleFile } from './print.ts';

writeFileSync(new URL('../../.env.example', import.meta.url), exampleFile());
