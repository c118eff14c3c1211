import { describe, expect, it } from 'vitest';
import { fill, learnt } from './memory.ts';

const known = { 'Ada.token': 't-ada', 'Ben.id': 'ben', conversation: 'c1' };
const newId = () => 'fresh';

describe('what the explorer remembers', () => {
  it('is put where its name stands, at any depth', () => {
    const variables = { input: { to: '{{Ben.id}}', list: ['x {{ conversation }} y'] }, n: 3 };
    expect(fill(variables, known, newId)).toEqual({
      kind: 'filled',
      value: { input: { to: 'ben', list: ['x c1 y'] }, n: 3 },
    });
  });

  it('has a fresh id each time it is asked for one', () => {
    let count = 0;
    const filled = fill(['{{uuidv7}}', '{{uuidv7}}'], {}, () => `id-${++count}`);
    expect(filled).toEqual({ kind: 'filled', value: ['id-1', 'id-2'] });
  });

  it.each([
    ['{{Ada.id}}', 'register or log in as Ada'],
    ['{{conversation}}', 'run the tab OpenDirect first'],
    ['{{toString}}', 'put the value itself there'],
  ])('says how to come by %s', (text, way) => {
    const filled = fill({ text }, {}, newId);
    expect(filled.kind === 'missing' && filled.says).toContain(way);
  });

  it('learns who logged in and which conversation was opened', () => {
    const person = { id: 'p1', name: 'Ada' };
    const payload = { session: { accessToken: 't1' }, viewer: { person } };
    expect(learnt({ data: { anyAlias: payload } })).toEqual({ 'Ada.token': 't1', 'Ada.id': 'p1' });
    expect(learnt({ data: { openDirect: { conversation: { id: 'c9' } } } })).toEqual({
      conversation: 'c9',
    });
  });

  it.each([null, {}, { data: null }, { data: { register: null } }, { errors: [] }])(
    'learns nothing from %j',
    (answer) => expect(learnt(answer)).toEqual({}),
  );
});
