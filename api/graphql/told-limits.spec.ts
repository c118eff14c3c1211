import { isInputObjectType } from 'graphql';
import { describe, expect, it } from 'vitest';
import {
  aboutCodePointsMax,
  fieldCodePointsMax,
  nameCodePointsMax,
  profileFieldsMax,
} from '../../domain/account/limits.ts';
import * as conversation from '../../domain/conversation/limits.ts';
import { limits } from '../limits.ts';
import { buildSchema } from './schema.ts';

const schema = buildSchema();
const upTo = (max: number) => `1 to ${told(max)} characters`;
const atMost = (max: number, what: string) => `at most ${told(max)} ${what}`;

function told(figure: number): string {
  return figure.toLocaleString('en');
}

/** What the SDL says of an input's field. */
function described(place: string): string {
  const [type = '', field = ''] = place.split('.');
  const found = schema.getType(type);
  if (!isInputObjectType(found)) throw new Error(`there is no input ${type}`);
  return found.getFields()[field]?.description ?? '';
}

describe('the SDL tells the limits of a text as they are', () => {
  const title = upTo(conversation.titleCodePointsMax);
  const about = atMost(conversation.aboutCodePointsMax, 'characters');
  const text = upTo(conversation.textCodePointsMax);
  const editWindowS = told(conversation.editWindowMsMax / 1_000);
  const { passwordCharactersMin: from, passwordCharactersMax: to } = limits;

  it.each([
    ['RegisterInput.name', upTo(nameCodePointsMax)],
    ['RegisterInput.password', `${from} to ${to} characters`],
    ['UpdateProfileInput.name', upTo(nameCodePointsMax)],
    ['UpdateProfileInput.about', atMost(aboutCodePointsMax, 'characters')],
    ['UpdateProfileInput.fields', `at most ${profileFieldsMax}`],
    ['ProfileFieldInput.label', atMost(fieldCodePointsMax, 'characters')],
    ['ProfileFieldInput.value', atMost(fieldCodePointsMax, 'characters')],
    ['CreateGroupInput.title', title],
    ['CreateGroupInput.about', about],
    ['CreateGroupInput.memberIds', atMost(conversation.groupMembersMax, 'members')],
    ['CreateChannelInput.title', title],
    ['CreateChannelInput.about', about],
    ['UpdateConversationInput.title', title],
    ['UpdateConversationInput.about', about],
    ['ConversationSettingsInput.editWindowS', `to ${editWindowS} (30 days)`],
    ['SendMessageInput.text', text],
    ['EditMessageInput.text', text],
    ['ReactionInput.emoji', `at most ${conversation.reactionsOfPersonPerMessageMax} different`],
  ])('%s: %s', (place, said) => {
    expect(described(place).toLowerCase()).toContain(said);
  });
});
