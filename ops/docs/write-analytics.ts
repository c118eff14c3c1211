import { writeFileSync } from 'node:fs';
import { dictionaryText } from '../../projections/facts/dictionary.ts';

writeFileSync(new URL('./analytics.md', import.meta.url), dictionaryText());
