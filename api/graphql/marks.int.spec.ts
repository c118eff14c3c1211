import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ConversationId, UserId } from '../../domain/ids.ts';
import { encodeNodeId } from '../../schemas/graphql/node-id.ts';
import type { Bed } from '../testing/bed.ts';
import { done, openBed } from '../testing/bed.ts';

let bed: Bed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed[Symbol.asyncDispose]());

describe('how far others have read', () => {
  let ada: UserId;
  let ben: UserId;
  let cleo: UserId;
  let room: ConversationId;
  beforeEach(async () => {
    [ada = '' as UserId, ben = '' as UserId, cleo = '' as UserId] = await bed.people(3);
    room = await bed.group(ada, [ben, cleo]);
    await bed.said(ada, room);
    await bed.settled();
    for (const user of [ben, cleo]) {
      done(await bed.commands.participation(user, room, { type: 'mark-read', number: 1 }));
    }
  });
  const hides = async (user: UserId) => {
    const preferences = { readMarks: false };
    done(await bed.commands.account(user, { type: 'change-preferences', preferences }));
  };

  /** Whose marks the viewer is shown, and who is said to have read her message. */
  async function shownTo(viewer: UserId) {
    await bed.settled();
    const { data } = await bed.ask(
      viewer,
      `query ($id: ID!) {
        conversation(id: $id) {
          members { edges { node { readUpTo deliveredUpTo person { id } } } }
          message(number: 1) { deliveredTo readBy { edges { node { id } } } }
        }
      }`,
      { id: encodeNodeId({ type: 'Conversation', conversationId: room }) },
    );
    const { members, message } = data.conversation;
    const names = new Map(
      Object.entries({ ada, ben, cleo }).map(([name, userId]) => [
        encodeNodeId({ type: 'Person', userId }),
        name,
      ]),
    );
    type Edge = {
      node: { id: string; readUpTo: number | null; deliveredUpTo: number | null; person: Named };
    };
    type Named = { id: string };
    const shown = members.edges.filter(({ node }: Edge) => node.readUpTo !== null);
    for (const { node } of members.edges) {
      expect(node.deliveredUpTo === null).toBe(node.readUpTo === null);
    }
    return {
      marks: shown.map(({ node }: Edge) => names.get(node.person.id)),
      readers: message.readBy.edges.map(({ node }: Edge) => names.get(node.id)),
      deliveredTo: message.deliveredTo,
    };
  }

  it('is shown where all show theirs', async () => {
    const marks = ['ada', 'ben', 'cleo'];
    const expected = { marks, readers: ['ben', 'cleo'], deliveredTo: 2 };
    expect(await shownTo(ada)).toEqual(expected);
  });

  it('is hidden of her who hides hers, to everybody but herself', async () => {
    await hides(ben);
    expect(await shownTo(ada)).toMatchObject({ marks: ['ada', 'cleo'], readers: ['cleo'] });
    expect(await shownTo(cleo)).toMatchObject({ marks: ['ada', 'cleo'], readers: ['cleo'] });
  });

  it('is hidden from her who hides hers, but for her own', async () => {
    await hides(ben);
    expect(await shownTo(ben)).toMatchObject({ marks: ['ben'], readers: ['ben'] });
  });
});
