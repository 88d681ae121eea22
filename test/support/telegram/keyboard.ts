import type { InlineKeyboardButton, InlineKeyboardMarkup } from 'telegraf/types';
import { type Field, listOf, notEmulated, shape, text } from './fields.ts';
import { badRequest } from './refusal.ts';

const maxButtons = 100;
const maxDataBytes = 64;

const anyButton = shape<InlineKeyboardButton>({
  text,
  url: text,
  callback_data: text,
  switch_inline_query: text,
  switch_inline_query_current_chat: text,
  switch_inline_query_chosen_chat: notEmulated,
  web_app: notEmulated,
  login_url: notEmulated,
  callback_game: notEmulated,
  pay: notEmulated,
});

const button: Field<InlineKeyboardButton> = (value, name) => {
  const given = anyButton(value, name);
  const { text: label, ...action } = given;
  if (label === undefined || label === '') throw badRequest(`can't find field "text"`);
  if (Object.keys(action).length !== 1) {
    throw badRequest("can't parse inline keyboard button: exactly one action is needed");
  }
  if ('callback_data' in given) {
    const bytes = Buffer.byteLength(given.callback_data);
    if (bytes < 1 || bytes > maxDataBytes) throw badRequest('BUTTON_DATA_INVALID');
  }
  return given;
};

const anyKeyboard = shape<InlineKeyboardMarkup>({ inline_keyboard: listOf(listOf(button)) });

export const keyboard: Field<InlineKeyboardMarkup> = (value, name) => {
  const given = anyKeyboard(value, name);
  if (given.inline_keyboard === undefined) throw badRequest('object expected as reply markup');
  if (given.inline_keyboard.flat().length > maxButtons) throw badRequest('reply markup is too long');
  return given;
};
