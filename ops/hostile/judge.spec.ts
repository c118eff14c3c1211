import { describe, expect, it } from 'vitest';
import type { Answer } from './answer.ts';
import type { Fault, FramesInput } from './input.ts';
import { post } from './input.ts';
import { judge } from './judge.ts';

const fault: Fault = { at: ['input', 'settings', 'posting'], refuse: true };
const asked = post('a place', { body: '{}', fault });
const said = (result: object, more: object = {}): Answer => ({
  ...{ via: 'http', status: 200, type: 'application/json', body: JSON.stringify(result) },
  ...more,
});
const failure = (extensions: object, message = 'no') => ({ errors: [{ message, extensions }] });
const badInput = (field: string) => failure({ code: 'BAD_INPUT', field });
const complaintOf = (answer: Answer) => judge(asked, answer).complaint;

describe('an answer over HTTP', () => {
  it.each(['posting', 'settings.posting', 'settings.posting.0'])('may name %s', (field) => {
    expect(complaintOf(said(badInput(field)))).toBeNull();
  });

  it('may be a refusal about the field, or one that it stands in', () => {
    const refusal = { code: 'SETTING_OUT_OF_RANGE', field: 'settings' };
    expect(judge(asked, said({ data: { updateConversation: { refusal } } }))).toEqual({
      ...{ kind: 'refused', complaint: null },
    });
  });

  it.each<[string, Answer, RegExp]>([
    ['names another field', said(badInput('title')), /names "title"/],
    ['names none', said(failure({ code: 'BAD_INPUT' })), /names undefined/],
    ['has no code', said(failure({})), /the code undefined/],
    ['is INTERNAL', said(failure({ code: 'INTERNAL' })), /the code INTERNAL/],
    ['has a status above', said({}, { status: 500 }), /status 500/],
    ['is no JSON', said({}, { body: '<html>' }), /no JSON object/],
    ['is no JSON by its type', said({}, { type: 'text/html' }), /is no JSON but text/],
    ['has neither data nor errors', said({}), /neither data nor errors/],
    ['has errors that are none', said({ errors: [] }), /errors that are none/],
    ['takes what does not fit', said({ data: { a: null } }), /took what does not fit/],
    ['is limited without a time', said(failure({ code: 'LIMITED' })), /when to come back/],
    [
      'refuses for another field',
      said({ data: { a: { refusal: { code: 'X', field: 'title' } } } }),
      /refuses for title/,
    ],
    ['shows a stack', said(failure({}, 'at run (file:///x.ts:1)')), /how we are made/],
    ['does not come', { via: 'nothing', why: 'no answer' }, /not answered/],
  ])('that %s is complained of', (_what, answer, complaint) => {
    expect(complaintOf(answer)).toMatch(complaint);
  });
});

describe('what is wrong as a whole', () => {
  it('may be refused for any field, or none', () => {
    const whole = post('a document', { body: '{}', fault: { at: [], refuse: true } });
    for (const refusal of [{ code: 'X', field: 'title' }, { code: 'X' }]) {
      expect(judge(whole, said({ data: { a: { refusal } } })).complaint).toBeNull();
    }
  });
});

describe('an id of another type', () => {
  const strict = post('a place', { body: '{}', fault: { ...fault, code: 'BAD_INPUT' } });

  it('is BAD_INPUT, and nothing that was looked for and not found', () => {
    const refusal = { code: 'NO_SUCH_CONVERSATION', field: 'posting' };
    const complaints = [
      said(badInput('posting')),
      said({ data: { a: { refusal } } }),
      said(failure({ code: 'UNAVAILABLE' })),
    ].map((answer) => judge(strict, answer).complaint);
    expect(complaints).toEqual([
      null,
      'is NO_SUCH_CONVERSATION and not BAD_INPUT',
      'is UNAVAILABLE and not BAD_INPUT',
    ]);
  });
});

describe('a socket', () => {
  const socket = (ends: FramesInput['ends']): FramesInput => ({
    ...{ via: 'frames', name: 'a socket', token: '', init: true, frames: [], fault: null, ends },
  });
  const heard = (code: number | null, ...messages: readonly object[]): Answer => ({
    ...{ via: 'frames', code, messages: messages.map((message) => JSON.stringify(message)) },
  });
  const closes = socket({ kind: 'closes', codes: [4400] });
  const answers = socket({ kind: 'answers', operation: '1' });

  it.each<[string, FramesInput, Answer]>([
    ['closes as it must', closes, heard(4400)],
    ['answers', answers, heard(null, { id: '1', type: 'next', payload: { data: { a: 1 } } })],
    ['stays', socket({ kind: 'stays' }), heard(null)],
  ])('that %s is right', (_what, input, answer) => {
    expect(judge(input, answer).complaint).toBeNull();
  });

  it.each<[string, FramesInput, Answer, RegExp]>([
    ['closes with another code', closes, heard(1006), /ended with 1006/],
    ['stays where it must not', closes, heard(null), /ended with nothing/],
    ['ends where it must not', socket({ kind: 'stays' }), heard(1013), /ended with 1013/],
    ['says what is no message', answers, heard(null, { type: 'hello' }), /message of type hello/],
    [
      'fails inside',
      answers,
      heard(null, { id: '1', type: 'error', payload: failure({ code: 'INTERNAL' }).errors }),
      /the code INTERNAL/,
    ],
  ])('that %s is complained of', (_what, input, answer, complaint) => {
    expect(judge(input, answer).complaint).toMatch(complaint);
  });
});
