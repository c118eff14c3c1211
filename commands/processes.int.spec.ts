import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UserId } from '../domain/ids.ts';
import type { Bed } from './testing/bed.ts';
import { group, message, openBed, person } from './testing/bed.ts';

let bed: Bed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed[Symbol.asyncDispose]());

describe('two processes on one log', () => {
  it('know what the other stored before they judge a mark by it', async () => {
    const [here, there] = [bed.pipeline(), bed.pipeline()];
    const [ada, ben] = [person(), person()];
    const id = await group(here, ada, [ben]);
    const mark = (number: number) => there.participation(ben, id, { type: 'mark-read', number });
    expect(await mark(1)).toMatchObject({ kind: 'refused' }); // nothing is said, and it knows that
    await here.sendMessage(ada, message(id, 'hello'));
    expect(await mark(1)).toMatchObject({ kind: 'done' });
  });

  it('remove whom the other let in, and refuse nobody for what the other has changed', async () => {
    const [here, there] = [bed.pipeline(), bed.pipeline()];
    const [ada, ben] = [person(), person()];
    const id = await group(here, ada);
    const byThere = (user: UserId) => there.conversation(ada, id, { type: 'remove-member', user });
    expect(await byThere(ben)).toMatchObject({ kind: 'done', stored: false }); // he is not in it
    await here.conversation(ada, id, { type: 'add-members', users: [ben] });
    expect(await there.sendMessage(ben, message(id, 'hello'))).toMatchObject({ kind: 'done' });
    await here.conversation(ada, id, { type: 'close-conversation' });
    expect(await byThere(ben)).toMatchObject({ kind: 'refused' });
    const other = await group(here, ada);
    await there.conversation(ada, other, { type: 'remove-member', user: ben });
    await here.conversation(ada, other, { type: 'add-members', users: [ben] });
    const removed = await there.conversation(ada, other, { type: 'remove-member', user: ben });
    expect(removed).toMatchObject({ kind: 'done', stored: true });
  });

  it('know who has gone meanwhile, however much happened', async () => {
    const [here, there] = [bed.pipeline(), bed.pipeline()];
    const [ada, ben] = [person(), person()];
    const id = await group(here, ada, [ben]);
    await there.participation(ben, id, { type: 'mute', untilMs: undefined });
    const sent = Array.from({ length: 600 }, (_, at) =>
      here.sendMessage(ada, message(id, `${at}`)),
    );
    await Promise.all(sent);
    await here.conversation(ada, id, { type: 'remove-member', user: ben });
    await here.sendMessage(ada, message(id, 'he is gone'));
    const cleared = await there.participation(ben, id, { type: 'mark-read', number: 601 });
    expect(cleared).toMatchObject({ kind: 'refused' });
    expect(await there.participation(ada, id, { type: 'mark-read', number: 601 })).toMatchObject({
      kind: 'done',
    });
  });
});
