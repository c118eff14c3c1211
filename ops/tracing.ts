import type { Config } from './config/config.ts';
import type { Machines } from './machines.ts';
import type { Log } from './observe/log.ts';
import type { Tracing } from './observe/port.ts';
import type { OpenedTracing } from './observe/traces/open.ts';
import { openTracing } from './observe/traces/open.ts';
import { tracedEventLog, tracedEventStore } from './observe/traces/traced.ts';

/** As the configuration says; the log is there once there is something to say. */
export function openTracingOf(config: Config, log: () => Log): Promise<OpenedTracing | null> {
  return openTracing(config, {
    chance: Math.random,
    away: () => log().warn({}, 'no collector takes the traces: look at PARLEY_TRACES'),
  });
}

/** The same machines, told of by those traces that are recorded. */
export function tracedMachines(opened: Machines, tracing: Tracing): Machines {
  const traced = { tracing, now: opened.now };
  return {
    ...opened,
    eventStore: tracedEventStore(opened.eventStore, traced),
    eventLog: tracedEventLog(opened.eventLog, traced),
  };
}
