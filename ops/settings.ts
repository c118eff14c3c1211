import type { Settings } from './config/config.ts';
import { readSettings } from './config/config.ts';
import { PlainError } from './plain-error.ts';

/**
 * The settings for a script started in this folder, or one plain sentence for each wrong option.
 */
export function settingsOr(folder: string): Settings {
  const outcome = readSettings(process.env, folder);
  if (outcome.kind === 'refused') throw new PlainError(outcome.problems.join('\n'));
  return outcome.settings;
}
