import type { UserId } from '../../domain/ids.ts';
import type { Statements } from '../../ops/adapters/tables/port.ts';
import type { MessagesPage } from './read.ts';
import type { MessageRow } from './rows.ts';
import { messageColumns, toMessage } from './rows.ts';
import type { MessageView } from './view.ts';

/** Several pages in one direction by one statement: the rows of each page by its place. */
export async function pagesTowards(
  tables: Statements,
  viewer: UserId,
  {
    direction,
    pages,
  }: Pick<MessagesPage, 'direction'> & { readonly pages: readonly Omit<MessagesPage, 'viewer'>[] },
): Promise<ReadonlyMap<number, readonly MessageView[]>> {
  const forwards = direction === 'forwards';
  const order = forwards ? 'asc' : 'desc';
  const rows = await tables.query<MessageRow & { readonly place: bigint }>({
    name: `timeline-page-${direction}`,
    text: `
      select asked.place, m.* from unnest($2::uuid[], $3::integer[], $4::integer[], $5::integer[],
        $6::integer[]) with ordinality
        as asked (conversation_id, seen_from, seen_up_to, start, count, place)
      cross join lateral (
        select ${messageColumns} from timeline.message m
        where m.conversation_id = asked.conversation_id
          and m.number >= asked.seen_from and m.number <= asked.seen_up_to
          and m.number ${forwards ? '>' : '<'} asked.start
          and not exists (select 1 from timeline.hidden x where x.user_id = $1
                          and x.conversation_id = m.conversation_id and x.number = m.number)
        order by m.number ${order} limit asked.count) m
      order by asked.place, m.number ${order}`,
    values: [
      viewer,
      pages.map(({ conversationId }) => conversationId),
      pages.map(({ window }) => window.from),
      pages.map(({ window }) => window.upTo ?? numberMax),
      pages.map(({ start }) => start ?? (forwards ? 0 : numberMax)),
      pages.map(({ count }) => count),
    ],
  });
  const found = Map.groupBy(rows, ({ place }) => Number(place) - 1);
  return new Map([...found].map(([place, of]) => [place, of.map(toMessage)]));
}

const numberMax = 2_147_483_647;
