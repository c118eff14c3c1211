import DataLoader from 'dataloader';
import type { UserId } from '../../domain/ids.ts';
import type { PersonView } from '../../projections/people/view.ts';
import type { ApiContext } from '../context.ts';

export type KnownPeopleOptions = {
  readonly read: (userIds: readonly UserId[]) => Promise<ReadonlyMap<string, PersonView>>;
  readonly now: () => number; // ms since the Unix epoch
  readonly peopleMax: number; // then the one read longest ago is forgotten
  readonly ageMsMax: number;
};

/**
 * People as live frames show them, read once and kept: without this every message would ask for its
 * author's name. What is kept is right as long as this gateway is told of changes, and it is told
 * of those of people who share a conversation with somebody here. So it forgets a person when she
 * changes, and everybody when somebody comes into a conversation. The age bounds what may still go
 * wrong: people in more conversations than the courier tells.
 */
export type KnownPeople = {
  readonly loader: DataLoader<UserId, PersonView | null>;
  forget(userId: UserId): void;
  forgetAll(): void;
};

export function openKnownPeople(options: KnownPeopleOptions): KnownPeople {
  const loader = new DataLoader<UserId, PersonView | null>(
    async (ids) => {
      const found = await options.read(ids);
      return ids.map((id) => found.get(id) ?? null);
    },
    { cacheMap: openAgeing(options) },
  );
  return {
    loader,
    forget: (userId) => void loader.clear(userId),
    forgetAll: () => void loader.clearAll(),
  };
}

/** A context whose people are those already known. */
export function liveContext(context: ApiContext, { loader }: KnownPeople): ApiContext {
  return { ...context, loaders: { ...context.loaders, people: loader } };
}

type Person = Promise<PersonView | null>;

function openAgeing({ now, peopleMax, ageMsMax }: KnownPeopleOptions) {
  const kept = new Map<UserId, { readonly person: Person; readonly readAtMs: number }>();
  return {
    get: (userId: UserId): Person | undefined => {
      const found = kept.get(userId);
      return found && now() - found.readAtMs <= ageMsMax ? found.person : undefined;
    },
    set: (userId: UserId, person: Person): void => {
      kept.delete(userId);
      kept.set(userId, { person, readAtMs: now() });
      if (kept.size > peopleMax) kept.delete(oldestOf(kept));
    },
    delete: (userId: UserId) => kept.delete(userId),
    clear: () => kept.clear(),
  };
}

function oldestOf(kept: ReadonlyMap<UserId, unknown>): UserId {
  for (const userId of kept.keys()) return userId;
  throw new Error('nothing is kept');
}
