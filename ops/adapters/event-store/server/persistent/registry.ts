import type { Engine } from '../../engine.ts';
import type { Refusal } from '../refusals.ts';
import { exhausted, groupDropped, groupExists, noGroup, Refused } from '../refusals.ts';
import type { Definition, GroupName } from './definition.ts';
import { checkpointStream, keyOf, parkedStream } from './definition.ts';
import type { Group } from './group.ts';
import { openGroup } from './group.ts';
import { readGroups, writeGroups } from './kept-groups.ts';
import { removeStream } from './own-streams.ts';

/**
 * The groups of a server. What changes them goes one after the other; they throw Refused, and
 * EventStoreUnavailable when the log is.
 */
export type Registry = {
  create(definition: Definition): Promise<void>;
  /** A filter stays as it was; how far the group came does too. */
  update(definition: Definition): Promise<void>;
  remove(name: GroupName): Promise<void>;
  find(name: GroupName): Promise<Group>;
  list(): Promise<readonly Group[]>;
  /** Ends all consumers and begins with what is kept. */
  restart(): Promise<void>;
  stop(why: Refusal): Promise<void>;
};

const groupsMax = 500;
/** How often is looked for messages whose time is over and for checkpoints. */
const tickMs = 50;

export function openRegistry(engine: Engine, now: () => number): Registry {
  const groups = new Map<string, Group>();
  const exclusive = oneAfterTheOther();
  const running = keepGoing(engine, groups);
  const open = (...definitions: readonly Definition[]): void => {
    const opened = definitions.map((definition) => openGroup(engine, { definition, now }));
    for (const group of opened) groups.set(keyOf(group.definition), group);
    if (groups.size > 0) running.begin();
  };
  const close = async (group: Group, why: Refusal): Promise<void> => {
    await group.stop(why);
    groups.delete(keyOf(group.definition));
  };
  const load = (): void => open(...readGroups(engine));
  let loaded = false;
  const withGroups = <Result>(work: () => Result | Promise<Result>): Promise<Result> =>
    exclusive(() => {
      if (!loaded) load();
      loaded = true;
      return work();
    });
  const get = (name: GroupName): Group => {
    const group = groups.get(keyOf(name));
    if (!group) throw new Refused(noGroup(name));
    return group;
  };
  const keptBut = (left: Group | null): Definition[] =>
    [...groups.values()].flatMap((group) => (group === left ? [] : group.definition));

  return {
    create: (definition) =>
      withGroups(async () => {
        if (groups.has(keyOf(definition))) throw new Refused(groupExists(definition));
        if (groups.size >= groupsMax) throw new Refused(exhausted(tooMany));
        await forget(engine, definition); // what a removal that was cut off left behind
        await writeGroups(engine, [...keptBut(null), definition]);
        open(definition);
      }),
    update: (changed) =>
      withGroups(async () => {
        const group = get(changed);
        const definition = { ...changed, filter: group.definition.filter };
        await writeGroups(engine, [...keptBut(group), definition]);
        await close(group, groupDropped(changed, 'was changed: subscribe again'));
        open(definition);
      }),
    remove: (name) =>
      withGroups(async () => {
        const group = get(name);
        await writeGroups(engine, keptBut(group));
        await close(group, groupDropped(name, 'was deleted'));
        await forget(engine, name);
      }),
    find: (name) => withGroups(() => get(name)),
    list: () => withGroups(() => [...groups.values()]),
    restart: () =>
      withGroups(async () => {
        for (const group of [...groups.values()]) {
          await close(group, groupDropped(group.definition, 'is starting again: subscribe again'));
        }
        load();
      }),
    stop: (why) =>
      exclusive(async () => {
        running.stop();
        await Promise.all([...groups.values()].map((group) => group.stop(why)));
      }),
  };
}

const tooMany = `There are ${groupsMax} groups, which is as many as there may be: delete one.`;

/** How far the group came and what it parked, but not the group. */
async function forget(engine: Engine, name: GroupName): Promise<void> {
  await removeStream(engine, checkpointStream(name));
  await removeStream(engine, parkedStream(name));
}

function oneAfterTheOther() {
  let last: Promise<unknown> = Promise.resolve();
  return <Result>(work: () => Result | Promise<Result>): Promise<Result> => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
}

/** Wakes the groups after every flush, and looks at their times; does nothing before it begins. */
function keepGoing(engine: Engine, groups: ReadonlyMap<string, Group>) {
  let ticking: NodeJS.Timeout | null = null;
  let stopped = false;
  const follow = async (): Promise<void> => {
    while (!stopped && !engine.closed.aborted) {
      await engine.bell.rung();
      for (const group of groups.values()) group.wake();
    }
  };
  return {
    begin: (): void => {
      if (ticking) return;
      ticking = setInterval(() => {
        for (const group of groups.values()) group.tick();
      }, tickMs);
      ticking.unref();
      void follow();
    },
    stop: (): void => {
      stopped = true;
      if (ticking) clearInterval(ticking);
    },
  };
}
