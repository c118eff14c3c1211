import type { Access } from '../../../api/auth/access.ts';
import type { OperationTold } from '../../../api/dependencies.ts';
import { codeOf } from '../../../api/errors.ts';
import type { Commands } from '../../../commands/commands.ts';
import type { Cache } from '../../adapters/cache/port.ts';
import { CacheUnavailable } from '../../adapters/cache/port.ts';
import type { EventStore } from '../../adapters/event-store/port.ts';
import { eachCommand } from '../each-command.ts';
import type { Meter } from './meter.ts';

/** A meter, and the clock it measures by. */
export type Watch = {
  readonly meter: Meter;
  readonly now: () => number; // ms; only differences mean anything
};

/** The same commands, each counted by its outcome and timed. */
export function watchedCommands(commands: Commands, watch: Watch): Commands {
  return eachCommand(commands, async (command, asked) => {
    const begun = watch.now();
    let outcome = 'failed';
    try {
      const answer = await asked();
      outcome = answer.kind === 'done' ? 'ok' : answer.kind;
      // Who registers is counted at the door.
      if (answer.kind === 'refused' && command !== 'register') countRefusal(watch, answer.refusal);
      return answer;
    } finally {
      watch.meter.count('parley_commands_total', { command, outcome });
      watch.meter.observe('parley_command_seconds', secondsSince(watch, begun), { command });
    }
  });
}

/** The same access; who is refused at the door is counted like anybody else. */
export function watchedAccess(access: Access, watch: Watch): Access {
  const told = <Entered extends object>(entered: Entered): Entered => {
    if ('refusal' in entered) countRefusal(watch, entered.refusal as { readonly kind: string });
    return entered;
  };
  return {
    ...access,
    register: async (asked) => told(await access.register(asked)),
    logIn: async (asked) => told(await access.logIn(asked)),
  };
}

function countRefusal({ meter }: Watch, { kind }: { readonly kind: string }): void {
  meter.count('parley_refusals_total', { code: codeOf(kind as Parameters<typeof codeOf>[0]) });
}

/** Where the API tells of each query and mutation. */
export function operationsTold({ meter }: Watch): (operation: OperationTold) => void {
  return ({ transport, kind, outcome, seconds }) => {
    meter.count('parley_graphql_requests_total', { transport, kind, outcome });
    meter.observe('parley_graphql_seconds', seconds, { transport, kind });
  };
}

/** The same event store, its appends timed and measured. */
export function watchedEventStore<Store extends EventStore>(store: Store, watch: Watch): Store {
  return {
    ...store,
    append: async (request) => {
      const begun = watch.now();
      let outcome = 'unavailable';
      try {
        const answer = await store.append(request);
        outcome = answer.kind;
        return answer;
      } finally {
        watch.meter.observe('parley_append_seconds', secondsSince(watch, begun), { outcome });
        watch.meter.observe('parley_append_events', request.events.length);
      }
    },
  };
}

/** Tells of each call of those machines that are real servers. */
export function watchCalls(
  machines: Readonly<Record<string, Pick<Cache, 'watchCalls'>>>,
  { meter }: Watch,
): void {
  for (const [machine, { watchCalls }] of Object.entries(machines)) {
    watchCalls?.(({ outcome, seconds }) =>
      meter.observe('parley_machine_call_seconds', seconds, { machine, outcome }),
    );
  }
}

/** The same cache and registry, each call counted and timed. */
export function watchedCache(cache: Cache, watch: Watch): Cache {
  const called = <Given extends readonly unknown[], Answer>(
    call: string,
    ask: (...given: Given) => Promise<Answer>,
  ) => {
    return async (...given: Given): Promise<Answer> => {
      const begun = watch.now();
      let outcome = 'ok';
      try {
        return await ask(...given);
      } catch (cause) {
        outcome = cause instanceof CacheUnavailable ? 'away' : 'failed';
        throw cause;
      } finally {
        watch.meter.count('parley_cache_calls_total', { call, outcome });
        watch.meter.observe('parley_cache_seconds', secondsSince(watch, begun));
      }
    };
  };
  const { registry } = cache;
  return {
    ...cache,
    get: called('get', cache.get),
    set: called('set', cache.set),
    setIfAbsent: called('setIfAbsent', cache.setIfAbsent),
    delete: called('delete', cache.delete),
    increment: called('increment', cache.increment),
    hashSet: called('hashSet', cache.hashSet),
    hashGetAll: called('hashGetAll', cache.hashGetAll),
    hashDelete: called('hashDelete', cache.hashDelete),
    publish: called('publish', cache.publish),
    subscribe: called('subscribe', cache.subscribe),
    registry: {
      enter: called('registry.enter', registry.enter),
      leave: called('registry.leave', registry.leave),
      gatewaysOf: called('registry.gatewaysOf', registry.gatewaysOf),
      renew: called('registry.renew', registry.renew),
      gateways: called('registry.gateways', registry.gateways),
    },
  };
}

function secondsSince({ now }: Watch, begun: number): number {
  return (now() - begun) / 1_000;
}
