import { AnalyticsUnavailable } from './adapters/analytics/port.ts';
import { CacheUnavailable } from './adapters/cache/port.ts';
import { EventLogUnavailable } from './adapters/event-log/port.ts';
import { EventStoreUnavailable } from './adapters/event-store/port.ts';
import { ObjectsUnavailable } from './adapters/objects/port.ts';
import { SearchUnavailable } from './adapters/search/port.ts';
import { TablesUnavailable } from './adapters/tables/port.ts';
import type { Platform } from './compose.ts';
import type { Config } from './config/config.ts';
import { printSettings } from './config/print.ts';
import { PlainError } from './plain-error.ts';
import { RpcUnavailable } from './rpc/port.ts';
import { settingsOr } from './settings.ts';
import { untilStopped } from './until-stopped.ts';

/** What one of the platform's programs is. */
export type Program = {
  readonly help: string;
  /** Its arguments, without the program's name. */
  readonly flags: Readonly<Record<string, string | boolean | undefined>>;
  open(config: Config): Promise<Platform>;
};

/** Reads the settings, opens, says where it listens, waits for a signal and closes cleanly. */
export async function runProcess({ help, flags, open }: Program): Promise<void> {
  if (flags.help) return console.log(help);
  const settings = settingsOr(process.cwd());
  if (flags['print-config']) return console.log(printSettings(settings));
  const stopped = untilStopped();
  const platform = await open(settings.config).catch(plainly);
  console.log(platform.summary());
  const signal = await stopped;
  console.log(`${signal}: finishing what is under way.`);
  await platform[Symbol.asyncDispose]();
  console.log('Stopped.');
  process.exit(0);
}

const machinesAway = [
  ...[EventStoreUnavailable, RpcUnavailable, TablesUnavailable, CacheUnavailable],
  ...[EventLogUnavailable, ObjectsUnavailable, SearchUnavailable, AnalyticsUnavailable],
];

/** A machine that is away at the start is no defect: one sentence, with what to do. */
function plainly(cause: unknown): never {
  const isAway = machinesAway.some((one) => cause instanceof one);
  if (cause instanceof Error && isAway) {
    const { message } = cause;
    const isSentence = message.endsWith('.'); // those say themselves what to do
    const advice = ': start what it runs on, or check its address.';
    throw new PlainError(isSentence ? message : message + advice);
  }
  throw cause;
}

/** What every program understands. */
export const commonFlags = {
  help: { type: 'boolean' },
  'print-config': { type: 'boolean' },
} as const;
