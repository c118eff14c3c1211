import { expect, test } from 'vitest';
import { fold } from '../testing/scenario.ts';
import { account } from './account.ts';
import type { AccountEvent } from './events.ts';
import { accountStateVersion, fromSnapshot, snapshot } from './snapshot.ts';

const registered: AccountEvent = {
  type: 'registered',
  kind: 'person',
  name: 'Ada',
  handle: undefined,
  origin: 'registration',
};
const changed: AccountEvent = {
  type: 'profile-changed',
  handle: 'ada.l',
  about: 'counts',
  fields: [{ label: 'place', value: 'London' }],
};
const throughText = (state: ReturnType<typeof account.initialState>) =>
  fromSnapshot(JSON.parse(JSON.stringify(snapshot(state))));

test('an account goes through a snapshot and stays what it was', () => {
  const states = [[], [registered], [registered, changed]].map((events) => fold(account, events));
  for (const state of states) expect(throughText(state)).toEqual(state);
});

test('an erased name stays erased, and is not the same as none', () => {
  const erased = fold(account, [{ ...registered, name: null, handle: null }]);
  expect(throughText(erased)).toEqual(erased);
  expect(throughText(erased)).toMatchObject({ handle: null, about: undefined });
});

test('a snapshot of another version is passed over', () => {
  const other = { ...Object(snapshot(fold(account, [registered]))), version: 0 };
  expect(fromSnapshot(other)).toBeNull();
  expect(fromSnapshot(null)).toBeNull();
  expect(accountStateVersion).toBeGreaterThan(0);
});
