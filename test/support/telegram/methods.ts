import type { ApiMethods, InlineQueryResult } from 'telegraf/types';
import type { EmulatedBot } from './bot.ts';
import { administrator, type Standing } from './chat.ts';
import { edit, findEdited } from './editing.ts';
import type { Upload } from './multipart.ts';
import type { Arguments, Method } from './parameters.ts';
import { isUpload } from './parameters.ts';
import { botUser, checkCaption, checkText, extras, head, photoOf } from './posting.ts';
import { badRequest, conflict } from './refusal.ts';
import type { World } from './world.ts';

export type Call<M extends Method> = {
  readonly world: World;
  readonly bot: EmulatedBot;
  readonly given: Arguments<M>;
  /** Aborted when the client has gone. */
  readonly gone: AbortSignal;
};

type Result<M extends Method> = ReturnType<ApiMethods<Upload>[M]>;

/** What each method does; the types of the answers are the Bot API's own. */
type Methods = { readonly [M in Method]: (call: Call<M>) => Result<M> | Promise<Result<M>> };

const webhookPorts = ['', '443', '80', '88', '8443'];
const maxResults = 50;
const maxAnswerText = 200;

export const methods: Methods = {
  getMe: ({ bot }) => bot.user,

  async getUpdates({ bot, given, gone }) {
    const { offset = 0, limit = 100, timeout = 0, allowed_updates } = given;
    if (bot.webhook !== undefined) {
      throw conflict(
        "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
      );
    }
    bot.updates.allow(allowed_updates);
    if (offset > 0) bot.updates.confirm(offset);
    if (offset < 0) bot.updates.keepLast(-offset);
    return bot.updates.take({
      limit: Math.min(Math.max(limit, 1), 100),
      timeoutMs: Math.min(Math.max(timeout, 0), 50) * 1000,
      gone,
    });
  },

  setWebhook({ bot, given }) {
    const { url, secret_token, allowed_updates, drop_pending_updates } = given;
    if (secret_token !== undefined && !/^[\w-]{1,256}$/.test(secret_token)) {
      throw badRequest('secret token contains unallowed characters');
    }
    bot.webhook = url === '' ? undefined : { url: checkWebhook(url), secret: secret_token };
    bot.updates.allow(allowed_updates);
    if (drop_pending_updates === true) bot.updates.clear();
    bot.updates.release();
    bot.updates.onNews();
    return true;
  },

  deleteWebhook({ bot, given }) {
    bot.webhook = undefined;
    if (given.drop_pending_updates === true) bot.updates.clear();
    return true;
  },

  getWebhookInfo: ({ bot }) => ({
    url: bot.webhook?.url ?? '',
    has_custom_certificate: false,
    pending_update_count: bot.updates.unconfirmed.length,
    ...(bot.webhook?.lastError !== undefined && { last_error_message: bot.webhook.lastError }),
  }),

  sendMessage({ world, bot, given }) {
    const chat = world.findChat(given.chat_id);
    const text = checkText(given.text);
    chat.checkSending(bot.id, 'text');
    chat.checkTopic(given.message_thread_id);
    return world.post(chat, {
      ...head(world, bot, { chat, threadId: given.message_thread_id, replyTo: given.reply_parameters }),
      text,
      ...extras({ markup: inlineOnly(given.reply_markup), preview: given.link_preview_options }),
    });
  },

  sendPhoto({ world, bot, given }) {
    const chat = world.findChat(given.chat_id);
    const caption = checkCaption(given.caption);
    chat.checkSending(bot.id, 'photos');
    chat.checkTopic(given.message_thread_id);
    const photo = photoOf(world, bot, given.photo);
    return world.post(chat, {
      ...head(world, bot, { chat, threadId: given.message_thread_id, replyTo: given.reply_parameters }),
      photo,
      ...(caption !== undefined && caption !== '' && { caption }),
      ...extras({ markup: inlineOnly(given.reply_markup) }),
    });
  },

  sendChatAction({ world, bot, given }) {
    world.findChat(given.chat_id).checkAccess(bot.id);
    return true;
  },

  editMessageText({ world, bot, given }) {
    const found = findEdited(world, bot, given);
    const text = checkText(given.text);
    if (!('text' in found.message)) throw badRequest('there is no text in the message to edit');
    return edit(world, found, { text, markup: given.reply_markup }) as Result<'editMessageText'>;
  },

  editMessageCaption({ world, bot, given }) {
    const found = findEdited(world, bot, given);
    const caption = checkCaption(given.caption);
    if (!('photo' in found.message)) throw badRequest('there is no caption in the message to edit');
    return edit(world, found, { caption, markup: given.reply_markup }) as Result<'editMessageCaption'>;
  },

  editMessageMedia({ world, bot, given }) {
    const found = findEdited(world, bot, given);
    const { media, caption } = given.media;
    if (!('photo' in found.message)) throw badRequest('there is no media in the message to edit');
    if (found.isInline && isUpload(media)) {
      throw badRequest("can't upload a new file while editing an inline message");
    }
    const photo = photoOf(world, bot, media);
    return edit(world, found, {
      photo,
      caption: checkCaption(caption),
      markup: given.reply_markup,
    }) as Result<'editMessageMedia'>;
  },

  editMessageReplyMarkup({ world, bot, given }) {
    const found = findEdited(world, bot, given);
    return edit(world, found, { markup: given.reply_markup }) as Result<'editMessageReplyMarkup'>;
  },

  deleteMessage({ world, bot, given }) {
    const chat = world.findChat(given.chat_id);
    chat.checkAccess(bot.id);
    if (!chat.messages.delete(given.message_id)) throw badRequest('message to delete not found');
    return true;
  },

  answerCallbackQuery({ world, bot, given }) {
    const { callback_query_id, text, show_alert = false } = given;
    if (text !== undefined && text.length > maxAnswerText) throw badRequest('MESSAGE_TOO_LONG');
    const answer = { ...(text !== undefined && { text }), showAlert: show_alert };
    return world.callbacks.answer(callback_query_id, { botId: bot.id, nowMs: world.nowMs(), answer });
  },

  answerInlineQuery({ world, bot, given }) {
    const { inline_query_id, results, button, cache_time = 300, is_personal = false } = given;
    checkResults(world, bot, results);
    if (
      button !== undefined &&
      'start_parameter' in button &&
      !/^[\w-]{1,64}$/.test(button.start_parameter)
    ) {
      throw badRequest('START_PARAM_INVALID');
    }
    const answer = {
      results,
      ...(button !== undefined && { button }),
      cacheSeconds: cache_time,
      isPersonal: is_personal,
    };
    return world.inlineQueries.answer(inline_query_id, { botId: bot.id, nowMs: world.nowMs(), answer });
  },

  getChat({ world, bot, given }) {
    const chat = world.findChat(given.chat_id);
    chat.checkAccess(bot.id);
    const { text, photos } = chat.rights;
    const permissions = { can_send_messages: text, can_send_photos: photos };
    const isGroup = ['group', 'supergroup'].includes(chat.chat.type);
    return { ...chat.chat, ...(isGroup && { permissions }) } as Result<'getChat'>;
  },

  getChatMember({ world, bot, given }) {
    const chat = world.findChat(given.chat_id);
    chat.checkAccess(bot.id);
    // Of others than themselves only administrators are sure to be told.
    if (given.user_id !== bot.id) throw badRequest('CHAT_ADMIN_REQUIRED');
    return memberOf(bot, chat.standingOf(bot.id)) as Result<'getChatMember'>;
  },

  getChatAdministrators({ world, bot, given }) {
    const chat = world.findChat(given.chat_id);
    chat.checkAccess(bot.id);
    return chat.administratorList();
  },

  setMyCommands({ bot, given }) {
    if (given.commands.length > 100) throw badRequest('BOT_COMMANDS_TOO_MUCH');
    for (const { command, description } of given.commands) {
      if (!/^[a-z0-9_]{1,32}$/.test(command)) throw badRequest('BOT_COMMAND_INVALID');
      if (description === '' || description.length > 256) throw badRequest('BOT_COMMAND_DESCRIPTION_INVALID');
    }
    bot.setMenu(given.scope, given.language_code, given.commands);
    return true;
  },

  getMyCommands: ({ bot, given }) => [...bot.menu(given.scope, given.language_code)],

  deleteMyCommands({ bot, given }) {
    bot.setMenu(given.scope, given.language_code, []);
    return true;
  },
};

/** How a bot stands to a chat, as Telegram says it. */
export function memberOf(bot: EmulatedBot, standing: Standing): object {
  const user = botUser(bot);
  if (standing === 'administrator') return administrator(user);
  if (standing === 'member') return { status: 'member', user };
  if (standing === 'left' || standing === 'never') return { status: 'left', user };
  return { status: 'kicked', user, until_date: 0 };
}

function checkWebhook(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== 'https:') {
    throw badRequest('bad webhook: An HTTPS URL must be provided for webhook');
  }
  if (!webhookPorts.includes(parsed.port)) {
    throw badRequest('bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443');
  }
  return url;
}

function checkResults(world: World, bot: EmulatedBot, results: readonly InlineQueryResult[]): void {
  if (results.length > maxResults) throw badRequest('RESULTS_TOO_MUCH');
  const ids = results.map(({ id }) => id);
  if (new Set(ids).size < ids.length) throw badRequest('RESULT_ID_DUPLICATE');
  if (ids.some((id) => id === '' || Buffer.byteLength(id) > 64)) throw badRequest('RESULT_ID_INVALID');
  for (const result of results) {
    if ('photo_file_id' in result) {
      world.files.find(bot.id, result.photo_file_id);
      checkCaption(result.caption);
    } else if (result.type === 'article') {
      if (result.title === '') throw badRequest('ARTICLE_TITLE_EMPTY');
      checkText((result.input_message_content as { message_text?: string }).message_text);
    }
  }
}

function inlineOnly(markup: Arguments<'sendMessage'>['reply_markup']) {
  return markup !== undefined && 'inline_keyboard' in markup ? markup : undefined;
}
