import { describe, expect, it } from 'vitest';
import type { EventRecord } from '../../schemas/records/envelope.ts';
import { framesOf, progressFrame } from './frames.ts';
import { concernedBy } from './rooms.ts';

const conversation = '0198f1d2-0000-7000-8000-00000000c001';
const ada = '0198f1d2-0000-7000-8000-00000000a001';
const bob = '0198f1d2-0000-7000-8000-00000000b001';

function record(stream: string, type: string, data: unknown = {}): EventRecord {
  return {
    kind: 'event',
    id: 'e',
    stream,
    revision: 0,
    position: '1',
    type,
    recordedAtMs: 0,
    data,
  };
}
const inRoom = `conversation:${conversation}`;

describe('whom a record concerns', () => {
  it('is the conversation for what happens in it', () => {
    const sent = record(`conversation-${conversation}`, 'message-sent', { author: ada });
    expect(concernedBy(sent)).toEqual({ rooms: [inRoom], companionsOf: null });
  });

  it('is also the person who comes or goes, whose devices may not be in the room yet', () => {
    const added = record(`conversation-${conversation}`, 'members-added', {
      members: [
        { user: ada, role: 'member' },
        { user: bob, role: 'member' },
      ],
    });
    expect(concernedBy(added).rooms).toEqual([inRoom, `person:${ada}`, `person:${bob}`]);
    const left = record(`conversation-${conversation}`, 'member-left', { user: bob });
    expect(concernedBy(left).rooms).toEqual([inRoom, `person:${bob}`]);
  });

  it('is the conversation and the person for her marks', () => {
    const read = record(`participation-${conversation}_${ada}`, 'read');
    expect(concernedBy(read).rooms).toEqual([inRoom, `person:${ada}`]);
  });

  it('is everybody she talks with for a changed profile, and herself for the rest', () => {
    expect(concernedBy(record(`account-${ada}`, 'profile-changed'))).toEqual({
      rooms: [`person:${ada}`],
      companionsOf: ada,
    });
    expect(concernedBy(record(`account-${ada}`, 'preferences-changed')).companionsOf).toBeNull();
  });

  it('is nobody for streams and shapes that it does not know', () => {
    const strange = [
      record('snapshot-x', 'snapshot'),
      record('conversation-x', 'message-sent'),
      record('participation-x', 'read'),
      record('account-x', 'registered'),
      record('nothing', 'at-all'),
    ];
    for (const each of strange) expect(concernedBy(each).rooms).toEqual([]);
    const odd = record(`conversation-${conversation}`, 'members-added', { members: [null, 7] });
    expect(concernedBy(odd).rooms).toEqual([inRoom]);
    expect(concernedBy({ ...odd, data: null }).rooms).toEqual([inRoom]);
  });
});

describe('messages to a gateway', () => {
  const limits = { valuesMax: 3, charactersMax: 10 };
  const valuesOf = (values: readonly string[]) =>
    framesOf(values, limits).map((frame) => JSON.parse(frame).values);

  it('keep the order and hold at most so many values and characters', () => {
    expect(valuesOf(['a', 'b', 'c', 'd'])).toEqual([['a', 'b', 'c'], ['d']]);
    expect(valuesOf(['aaaaaa', 'bbbbbb', 'c'])).toEqual([['aaaaaa'], ['bbbbbb', 'c']]);
  });

  it('carry a value larger than the limit alone', () => {
    expect(valuesOf(['a', 'b'.repeat(20), 'c'])).toEqual([['a'], ['b'.repeat(20)], ['c']]);
  });

  it('say progress as a decimal string', () => {
    expect(JSON.parse(progressFrame(9007199254740993n))).toEqual({
      kind: 'progress',
      position: '9007199254740993',
    });
  });
});
