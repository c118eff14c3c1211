import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventsOf, fold, scenario } from '../testing/scenario.ts';
import { account } from './account.ts';
import type { AccountCommand, ChangeProfile, Register } from './commands.ts';
import type { AccountEvent, ProfileChanged, Registered } from './events.ts';
import {
  aboutCodePointsMax,
  fieldCodePointsMax,
  nameCodePointsMax,
  profileFieldsMax,
} from './limits.ts';
import { defaultPreferences } from './state.ts';

const facts = { kind: 'person', name: 'Ada', handle: 'ada', origin: 'registration' } as const;
const register: Register = { type: 'register', ...facts };
const registered: Registered = { type: 'registered', ...facts };
const change = (what: Omit<ChangeProfile, 'type'>): ChangeProfile => ({
  type: 'change-profile',
  ...what,
});
const changed = (what: Omit<ProfileChanged, 'type'>): ProfileChanged => ({
  type: 'profile-changed',
  ...what,
});
const field = (value: string) => ({ label: 'Place', value });

describe('registering', () => {
  scenario(account, 'happens once').given().when(register).thenEvents(registered);

  scenario(account, 'needs no handle')
    .given()
    .when({ ...register, handle: undefined })
    .thenEvents({ ...registered, handle: undefined });

  scenario(account, 'under the same id with other facts is refused')
    .given(registered)
    .when({ ...register, name: 'Bob' })
    .thenRefused({ kind: 'already-registered' });

  scenario(account, 'is known when repeated after the name was changed')
    .given(registered, changed({ name: 'Ada L.' }))
    .when(register)
    .thenNothing();

  scenario(account, 'needs a name that can be seen')
    .given()
    .when({ ...register, name: ' \u200b' })
    .thenRefused({ kind: 'name-empty' });

  scenario(account, 'needs a name of a line')
    .given()
    .when({ ...register, name: 'ä'.repeat(nameCodePointsMax + 1) })
    .thenRefused({ kind: 'name-too-long', maxCodePoints: nameCodePointsMax });

  scenario(account, 'needs a name that can be stored as written')
    .given()
    .when({ ...register, name: 'Ada \udc00' })
    .thenRefused({ kind: 'text-malformed' });

  for (const handle of ['', 'ab', 'Ada', '1ada', 'a'.repeat(33), 'ada lovelace', 'adä']) {
    scenario(account, `does not take the handle "${handle}"`)
      .given()
      .when({ ...register, handle })
      .thenRefused({ kind: 'handle-malformed' });
  }
});

describe('changing a profile', () => {
  scenario(account, 'needs an account')
    .given()
    .when(change({ name: 'Ada' }))
    .thenRefused({ kind: 'not-registered' });

  scenario(account, 'stores only what differs')
    .given(registered)
    .when(change({ name: 'Ada', handle: 'countess', about: 'Engines' }))
    .thenEvents(changed({ handle: 'countess', about: 'Engines' }));

  scenario(account, 'takes a handle and an about away')
    .given(registered, changed({ about: 'Engines' }))
    .when(change({ handle: '', about: '' }))
    .thenEvents(changed({ handle: '', about: '' }));

  scenario(account, 'replaces all fields at once')
    .given(registered, changed({ fields: [field('London')] }))
    .when(change({ fields: [field('Turin')] }))
    .thenEvents(changed({ fields: [field('Turin')] }));

  scenario(account, 'is all or nothing')
    .given(registered)
    .when(change({ name: 'Ada L.', about: 'x'.repeat(aboutCodePointsMax + 1) }))
    .thenRefused({ kind: 'about-too-long', maxCodePoints: aboutCodePointsMax });

  scenario(account, 'refuses an about that could not be stored as written')
    .given(registered)
    .when(change({ about: '\ud83d' }))
    .thenRefused({ kind: 'text-malformed' });

  scenario(account, 'takes ten fields at most')
    .given(registered)
    .when(change({ fields: Array.from({ length: profileFieldsMax + 1 }, () => field('x')) }))
    .thenRefused({ kind: 'too-many-fields', max: profileFieldsMax });

  scenario(account, 'takes fields of a line')
    .given(registered)
    .when(change({ fields: [field('x'.repeat(fieldCodePointsMax + 1))] }))
    .thenRefused({ kind: 'field-too-long', maxCodePoints: fieldCodePointsMax });

  scenario(account, 'takes handles only in their form')
    .given(registered)
    .when(change({ handle: 'Not This' }))
    .thenRefused({ kind: 'handle-malformed' });

  scenario(account, 'of an erased name brings a new one')
    .given({ ...registered, name: null, handle: null })
    .when(change({ name: 'Ada' }))
    .thenEvents(changed({ name: 'Ada' }));
});

describe('preferences', () => {
  scenario(account, 'are stored whole when one changes')
    .given(registered)
    .when({ type: 'change-preferences', preferences: { theme: 'dark' } })
    .thenEvents({
      type: 'preferences-changed',
      preferences: { ...defaultPreferences, theme: 'dark' },
    });

  scenario(account, 'that are so already are nothing')
    .given(registered)
    .when({ type: 'change-preferences', preferences: { ...defaultPreferences } })
    .thenNothing();
});

describe('over generated histories', () => {
  const word = fc.constantFrom('', ' ', 'Ada', 'ada', 'bob', '\ud83d');
  const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
  const fields = fc.array(fc.record({ label: word, value: word }), { maxLength: 2 });
  const anyCommand: fc.Arbitrary<AccountCommand> = fc.oneof(
    fc.record({
      type: fc.constant('register' as const),
      kind: fc.constantFrom('person', 'bot'),
      name: word,
      handle: maybe(word),
      origin: fc.constantFrom('registration', 'import'),
    }),
    fc.record({
      type: fc.constant('change-profile' as const),
      name: maybe(word),
      handle: maybe(word),
      about: maybe(word),
      fields: maybe(fields),
    }),
    fc.record({
      type: fc.constant('change-preferences' as const),
      preferences: fc.record({ readMarks: fc.boolean() }, { requiredKeys: [] }),
    }),
  );

  test('deciding twice gives nothing the second time', () => {
    fc.assert(
      fc.property(fc.array(anyCommand, { maxLength: 30 }), (commands) => {
        let state = account.initialState();
        for (const command of commands) {
          const decision = account.decide(command, state);
          if (decision.verdict === 'refused') continue;
          state = decision.events.reduce(account.evolve, state);
          expect(eventsOf(account.decide(command, state))).toEqual([]);
        }
      }),
    );
  });

  test('evolve takes any event in any situation and counts it', () => {
    const unknown = { type: 'moved-to-mars' } as unknown as AccountEvent;
    const strange = [unknown, changed({ name: 'B' }), registered, registered, unknown];
    const state = fold(account, strange);
    expect(state).toMatchObject({ situation: 'registered', name: 'Ada', revision: 4 });
  });
});
