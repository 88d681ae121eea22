import type {
  ApiMethods,
  BotCommand,
  BotCommandScope,
  InlineQueryResult,
  InlineQueryResultArticle,
  InlineQueryResultCachedPhoto,
  InlineQueryResultsButton,
  InputTextMessageContent,
  LinkPreviewOptions,
  ReplyParameters,
} from 'telegraf/types';
import {
  chatId,
  type Field,
  flag,
  integer,
  listOf,
  notEmulated,
  oneOf,
  parsed,
  shape,
  text,
} from './fields.ts';
import { keyboard } from './keyboard.ts';
import type { Upload } from './multipart.ts';
import { badRequest, Refusal } from './refusal.ts';

/** A file that comes with the request stands in the place of its field, or of `attach://NAME`. */
export type FileValue = string | Upload;

type Api = ApiMethods<Upload>;

/** What this server plays of the Bot API. */
export type Method = keyof typeof parameters;

export type Arguments<M extends keyof Api> = Parameters<Api[M]>[0] extends undefined
  ? Record<never, never>
  : NonNullable<Parameters<Api[M]>[0]>;

/** Every field of the method in the Bot API's own types, and no other. */
type FieldsOf<M extends keyof Api> = { readonly [K in keyof Arguments<M>]-?: Field };

export const updateKinds = [
  'message',
  'edited_message',
  'channel_post',
  'edited_channel_post',
  'message_reaction',
  'message_reaction_count',
  'inline_query',
  'chosen_inline_result',
  'callback_query',
  'shipping_query',
  'pre_checkout_query',
  'poll',
  'poll_answer',
  'my_chat_member',
  'chat_member',
  'chat_join_request',
  'chat_boost',
  'removed_chat_boost',
] as const;

/** A file id, or an upload that stands in its place. */
const file: Field<FileValue> = (value, name) => (isUpload(value) ? value : text(value, name));

const linkPreview = shape<LinkPreviewOptions>({
  is_disabled: flag,
  url: text,
  prefer_small_media: flag,
  prefer_large_media: flag,
  show_above_text: flag,
});

const replyTo = shape<ReplyParameters>({
  message_id: integer,
  chat_id: chatId,
  allow_sending_without_reply: flag,
  quote: text,
  quote_parse_mode: notEmulated,
  quote_entities: notEmulated,
  quote_position: integer,
});

type PhotoMedia = Extract<Arguments<'editMessageMedia'>['media'], { type: 'photo' }>;

const photoMedia = shape<PhotoMedia>({
  type: oneOf('photo'),
  media: file,
  caption: text,
  parse_mode: notEmulated,
  caption_entities: notEmulated,
  has_spoiler: flag,
});

const textContent = shape<InputTextMessageContent>({
  message_text: text,
  parse_mode: notEmulated,
  entities: notEmulated,
  link_preview_options: linkPreview,
});

const article = shape<InlineQueryResultArticle>({
  type: oneOf('article'),
  id: text,
  title: text,
  input_message_content: textContent,
  reply_markup: keyboard,
  url: text,
  hide_url: flag,
  description: text,
  thumbnail_url: notEmulated,
  thumbnail_width: notEmulated,
  thumbnail_height: notEmulated,
});

const cachedPhoto = shape<InlineQueryResultCachedPhoto>({
  type: oneOf('photo'),
  id: text,
  photo_file_id: text,
  title: text,
  description: text,
  caption: text,
  parse_mode: notEmulated,
  caption_entities: notEmulated,
  reply_markup: keyboard,
  input_message_content: notEmulated,
});

const inlineResult: Field<InlineQueryResult> = (value, name) => {
  const type = (value as { type?: unknown } | null)?.type;
  if (type === 'article') return article(value, name);
  if (type === 'photo') return cachedPhoto(value, name);
  throw badRequest(`can't parse inline query result: type "${String(type)}" is not emulated`);
};

const scope = shape<BotCommandScope>({
  type: oneOf(
    'default',
    'all_private_chats',
    'all_group_chats',
    'all_chat_administrators',
    'chat',
    'chat_administrators',
    'chat_member',
  ),
  chat_id: chatId,
  user_id: integer,
});

const place = { chat_id: chatId, message_id: integer, inline_message_id: text };
const manner = {
  disable_notification: flag,
  protect_content: flag,
  reply_parameters: replyTo,
  reply_markup: keyboard,
};

export const parameters = {
  getMe: {},
  getUpdates: {
    offset: integer,
    limit: integer,
    timeout: integer,
    allowed_updates: listOf(oneOf(...updateKinds)),
  },
  setWebhook: {
    url: text,
    certificate: notEmulated,
    ip_address: notEmulated,
    max_connections: integer,
    allowed_updates: listOf(oneOf(...updateKinds)),
    drop_pending_updates: flag,
    secret_token: text,
  },
  deleteWebhook: { drop_pending_updates: flag },
  getWebhookInfo: {},
  sendMessage: {
    chat_id: chatId,
    message_thread_id: integer,
    text,
    parse_mode: notEmulated,
    entities: notEmulated,
    link_preview_options: linkPreview,
    ...manner,
  },
  sendPhoto: {
    chat_id: chatId,
    message_thread_id: integer,
    photo: file,
    caption: text,
    parse_mode: notEmulated,
    caption_entities: notEmulated,
    has_spoiler: flag,
    ...manner,
  },
  sendChatAction: {
    chat_id: chatId,
    message_thread_id: integer,
    action: oneOf('typing', 'upload_photo', 'upload_document'),
  },
  editMessageText: {
    ...place,
    text,
    parse_mode: notEmulated,
    entities: notEmulated,
    link_preview_options: linkPreview,
    reply_markup: keyboard,
  },
  editMessageCaption: {
    ...place,
    caption: text,
    parse_mode: notEmulated,
    caption_entities: notEmulated,
    reply_markup: keyboard,
  },
  editMessageMedia: { ...place, media: photoMedia, reply_markup: keyboard },
  editMessageReplyMarkup: { ...place, reply_markup: keyboard },
  deleteMessage: { chat_id: chatId, message_id: integer },
  answerCallbackQuery: {
    callback_query_id: text,
    text,
    show_alert: flag,
    url: text,
    cache_time: integer,
  },
  answerInlineQuery: {
    inline_query_id: text,
    results: listOf(inlineResult),
    cache_time: integer,
    is_personal: flag,
    next_offset: text,
    button: shape<InlineQueryResultsButton>({ text, start_parameter: text, web_app: notEmulated }),
  },
  getChat: { chat_id: chatId },
  getChatAdministrators: { chat_id: chatId },
  getChatMember: { chat_id: chatId, user_id: integer },
  setMyCommands: {
    commands: listOf(shape<BotCommand>({ command: text, description: text })),
    scope,
    language_code: text,
  },
  getMyCommands: { scope, language_code: text },
  deleteMyCommands: { scope, language_code: text },
} satisfies { readonly [M in keyof Api]?: FieldsOf<M> };

/** A request's fields as values, or a refusal: 404 for a method nobody knows, 400 for a field that it does not have. */
export function parseArguments<M extends Method>(method: M, given: object): Arguments<M> {
  return parsed(parameters[method], given) as Arguments<M>;
}

/** The method by the name in an address, whose case does not count. */
export function methodNamed(name: string): Method {
  const found = Object.keys(parameters).find((known) => known.toLowerCase() === name.toLowerCase());
  if (found === undefined) throw new Refusal(404, 'Not Found: method not found');
  return found as Method;
}

export function isUpload(value: unknown): value is Upload {
  return typeof value === 'object' && value !== null && 'bytes' in value && Buffer.isBuffer(value.bytes);
}
