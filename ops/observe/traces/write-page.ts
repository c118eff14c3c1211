import { writeFileSync } from 'node:fs';
import { tracesPage } from './page.ts';

writeFileSync(new URL('../../docs/traces.md', import.meta.url), tracesPage());
