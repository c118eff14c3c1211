import { conversationDetails } from './conversation-details/conversation-details.ts';
import { inbox } from './inbox/inbox.ts';
import { people } from './people/people.ts';
import type { Projection } from './projection.ts';
import { timeline } from './timeline/timeline.ts';

/** Every projection that the projector keeps. A new room is entered here and nowhere else. */
export const projections: readonly Projection[] = [people, conversationDetails, inbox, timeline];
