import type { Preferences } from '../../domain/account/events.ts';
import { defaultPreferences } from '../../domain/account/state.ts';
import type { UserId } from '../../domain/ids.ts';
import type { Statements } from '../../ops/adapters/tables/port.ts';
import type { PersonView } from './view.ts';

const columns =
  'p.user_id, p.kind, p.name, p.handle, p.about, p.fields, p.preferences, p.imported, p.position';

type PersonRow = {
  readonly user_id: UserId;
  readonly kind: PersonView['kind'];
  readonly name: string | null;
  readonly handle: string | null;
  readonly about: string | null;
  readonly fields: PersonView['fields'];
  readonly preferences: Partial<Preferences> | null;
  readonly imported: boolean;
  readonly position: bigint;
};

/** Set-wise; who is not known is missing. */
export async function peopleByIds(
  tables: Statements,
  userIds: readonly UserId[],
): Promise<ReadonlyMap<UserId, PersonView>> {
  if (userIds.length === 0) return new Map();
  const rows = await tables.query<PersonRow>({
    name: 'people-by-ids',
    text: `select ${columns} from people.person p where p.user_id = any($1::uuid[])`,
    values: [userIds],
  });
  return new Map(rows.map((row) => [row.user_id, toView(row)]));
}

export async function personByHandle(
  tables: Statements,
  handle: string,
): Promise<PersonView | null> {
  const [row] = await tables.query<PersonRow>({
    name: 'people-by-handle',
    text: `select ${columns} from people.person p where p.handle = $1
           -- given up by one and taken by another: who took it last
           order by p.position desc limit 1`,
    values: [handle],
  });
  return row ? toView(row) : null;
}

/** Those of the ids that nobody bears. */
export async function unknownPeople(
  tables: Statements,
  userIds: readonly UserId[],
): Promise<readonly UserId[]> {
  if (userIds.length === 0) return [];
  const rows = await tables.query<{ user_id: UserId }>({
    name: 'people-unknown',
    text: `select asked.user_id from unnest($1::uuid[]) as asked (user_id)
           where not exists (select 1 from people.person p where p.user_id = asked.user_id)`,
    values: [userIds],
  });
  return rows.map(({ user_id }) => user_id);
}

/** Profiles among these people that changed in the span, oldest change first. */
export async function peopleChangedAfter(
  tables: Statements,
  span: {
    readonly userIds: readonly UserId[];
    readonly after: bigint;
    readonly upTo: bigint;
    readonly rowsMax: number;
  },
): Promise<readonly PersonView[]> {
  const rows = await tables.query<PersonRow>({
    name: 'people-changed-after',
    text: `select ${columns} from people.person p
           where p.user_id = any($1::uuid[]) and p.position > $2 and p.position <= $3
           order by p.position limit $4`,
    values: [span.userIds, span.after, span.upTo, span.rowsMax],
  });
  return rows.map(toView);
}

function toView(row: PersonRow): PersonView {
  const { user_id: userId, preferences, ...rest } = row;
  return { userId, ...rest, preferences: { ...defaultPreferences, ...preferences } };
}
