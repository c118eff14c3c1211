import { conversationDetails } from './conversation-details/conversation-details.ts';
import { conversationSearch } from './conversation-search/conversation-search.ts';
import { inbox } from './inbox/inbox.ts';
import { messageSearch } from './message-search/message-search.ts';
import { people } from './people/people.ts';
import { peopleSearch } from './people-search/people-search.ts';
import type { Projection } from './projection.ts';
import type { SearchProjection } from './search-projection.ts';
import { timeline } from './timeline/timeline.ts';

/** Every projection that the projector keeps. A new room is entered here and nowhere else. */
export const projections: readonly Projection[] = [people, conversationDetails, inbox, timeline];

/** Every projection that the indexer keeps. */
export const searchProjections: readonly SearchProjection[] = [
  ...[messageSearch, peopleSearch, conversationSearch],
];
