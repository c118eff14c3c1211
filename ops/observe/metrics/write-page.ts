import { writeFileSync } from 'node:fs';
import { metricsPage } from './page.ts';

writeFileSync(new URL('../../docs/metrics.md', import.meta.url), metricsPage());
