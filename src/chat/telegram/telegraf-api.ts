import { Telegram, TelegramError } from 'telegraf';
import type {
  Chat,
  ChatMember,
  InlineKeyboardButton,
  InlineKeyboardMarkup,
  InlineQueryResult,
  InputMediaPhoto,
  Message,
  Telegram as Methods,
  Opts,
} from 'telegraf/types';
import { ownSignal } from '../../deadline.ts';
import {
  type BotApi,
  BotApiError,
  type Keyboard,
  type KeyboardButton,
  type MessagePlace,
  type Photo,
  type PhotoContent,
  type SearchResult,
  type Sending,
  type SentMessage,
  type Target,
  type TextContent,
} from './bot-api.ts';
import { updateKinds } from './incoming.ts';

type CallOptions = { readonly signal?: AbortSignal | undefined; readonly deadlineMs?: number };

const deadlineMs = 15_000;
const uploadDeadlineMs = 60_000;

/** Nothing can have left: no address, nobody listening, no way there. */
const unsentCodes = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];

/**
 * The Bot API by way of telegraf 4, of which only the client is used. Its polling waits for handlers before it asks
 * again, forgets its place at a 409 (so that updates come twice), sleeps five seconds that nothing can end, and dies of
 * an exception in a handler; see `polling.ts` for ours.
 *
 * @param apiUrl in place of https://api.telegram.org
 */
export function createBotApi(options: {
  readonly token: string;
  readonly apiUrl?: string;
  /** Cuts whatever is under way, and all that would come after. */
  readonly signal?: AbortSignal;
}): BotApi {
  const { token, apiUrl } = options;
  const apiRoot = apiUrl === undefined ? {} : { apiRoot: apiUrl.replace(/\/*$/, '/') };
  const telegram = new Telegram(token, { webhookReply: false, ...apiRoot });

  async function call<M extends keyof Methods>(method: M, given: Opts<M>, how: CallOptions = {}) {
    const { signal, cancel } = within(how.deadlineMs ?? deadlineMs, [how.signal, options.signal]);
    try {
      // telegraf's own type of the signal is an older one with the same members.
      return await telegram.callApi(method, given, { signal: signal as never });
    } catch (error) {
      throw apiErrorOf(error, method);
    } finally {
      cancel();
    }
  }

  return {
    async me(signal) {
      const { id, username } = await call('getMe', {}, { signal });
      return { id: String(id), username };
    },
    updates: ({ offset, waitS }, signal) =>
      call(
        'getUpdates',
        { offset, timeout: waitS, allowed_updates: updateKinds },
        { signal, deadlineMs: waitS * 1000 + deadlineMs },
      ),
    async setWebhook({ url, secret }, signal) {
      await call('setWebhook', { url, secret_token: secret, allowed_updates: updateKinds }, { signal });
    },
    async deleteWebhook(signal) {
      await call('deleteWebhook', {}, { signal });
    },
    async setMenu(type, commands, signal) {
      await call('setMyCommands', { commands, scope: { type } }, { signal });
    },
    async sendText(target, { text, keyboard }) {
      const given = { ...targetOf(target), text, link_preview_options: noPreview, ...markupOf(keyboard) };
      return sentOf(await call('sendMessage', given));
    },
    async sendPhoto(target, { photo, caption, keyboard }) {
      const given = { ...targetOf(target), photo: fileOf(photo), caption, ...markupOf(keyboard) };
      return sentOf(await call('sendPhoto', given, uploadOptions(photo)));
    },
    async editText(place, { text, keyboard }: TextContent) {
      const given = { ...placeOf(place), text, link_preview_options: noPreview, ...markupOf(keyboard) };
      return sentOf(await call('editMessageText', given));
    },
    async editPhoto(place, { photo, caption, keyboard }: PhotoContent) {
      const media: InputMediaPhoto = { type: 'photo', media: fileOf(photo), caption };
      const given = { ...placeOf(place), media, ...markupOf(keyboard) };
      return sentOf(await call('editMessageMedia', given, uploadOptions(photo)));
    },
    async editCaption(place, { text, keyboard }: TextContent) {
      const given = { ...placeOf(place), caption: text, ...markupOf(keyboard) };
      return sentOf((await call('editMessageCaption', given)) as Message | true);
    },
    async showActivity(target) {
      await call('sendChatAction', { ...targetOf(target), action: 'upload_photo' });
    },
    async answerPress(callback_query_id, { text, alert }) {
      const words = text === undefined ? {} : { text, show_alert: alert ?? false };
      await call('answerCallbackQuery', { callback_query_id, ...words });
    },
    async answerSearch(inline_query_id, { results, button, cacheS, personal }) {
      await call('answerInlineQuery', {
        inline_query_id,
        results: results.map(resultOf),
        cache_time: cacheS,
        is_personal: personal,
        ...(button && { button: { text: button.text, start_parameter: button.startParameter } }),
      });
    },
    async administrators(chatId) {
      const members = await call('getChatAdministrators', { chat_id: chatId });
      return members.map(({ user }) => String(user.id));
    },
    async sending(chatId, userId) {
      const member = await call('getChatMember', { chat_id: chatId, user_id: Number(userId) });
      if (member.status !== 'member') return sendingOf(member);
      // What ordinary members may do is said of the chat as a whole.
      const { permissions } = (await call('getChat', { chat_id: chatId })) as Chat.GroupGetChat;
      const { can_send_messages: texts = true, can_send_photos: photos = true } = permissions ?? {};
      return { isIn: true, texts, photos };
    },
  };
}

/** https://core.telegram.org/bots/api#chatmember */
function sendingOf(member: ChatMember): Sending {
  switch (member.status) {
    case 'left':
    case 'kicked':
      return { isIn: false, texts: false, photos: false };
    case 'restricted': {
      const { is_member: isIn, can_send_messages: texts, can_send_photos: photos } = member;
      return { isIn, texts, photos };
    }
    case 'administrator': {
      // Only of channels; in groups administrators may post.
      const posts = member.can_post_messages ?? true;
      return { isIn: true, texts: posts, photos: posts };
    }
    default:
      return { isIn: true, texts: true, photos: true };
  }
}

/** Aborted after so long, or with any other. */
function within(ms: number, others: readonly (AbortSignal | undefined)[]) {
  const { signal, abort, release } = ownSignal(...others);
  const timer = setTimeout(abort, ms);
  const cancel = () => {
    clearTimeout(timer);
    release();
  };
  return { signal, cancel };
}

const noPreview = { is_disabled: true };

function targetOf({ chatId, threadId, silent, replyTo }: Target) {
  const reply = { message_id: Number(replyTo), allow_sending_without_reply: true };
  return {
    chat_id: chatId,
    ...(threadId !== undefined && { message_thread_id: Number(threadId) }),
    ...(silent && { disable_notification: true }),
    // In forms telegraf 4.16.3 drops objects it does not know; as text this one passes, and means the same in JSON.
    ...(replyTo !== undefined && { reply_parameters: JSON.stringify(reply) as never }),
  };
}

function placeOf(place: MessagePlace) {
  if ('inlineMessageId' in place) return { inline_message_id: place.inlineMessageId };
  return { chat_id: place.chatId, message_id: Number(place.messageId) };
}

function markupOf(keyboard: Keyboard): { reply_markup?: InlineKeyboardMarkup } {
  if (keyboard.length === 0) return {};
  const rows = keyboard.map((row) => row.map(buttonOf));
  return { reply_markup: { inline_keyboard: rows } };
}

function buttonOf({ label, ...does }: KeyboardButton): InlineKeyboardButton {
  return 'url' in does ? { text: label, url: does.url } : { text: label, callback_data: does.code };
}

function fileOf(photo: Photo) {
  return 'fileId' in photo ? photo.fileId : { source: photo.png, filename: photo.fileName };
}

function uploadOptions(photo: Photo): CallOptions {
  return 'png' in photo ? { deadlineMs: uploadDeadlineMs } : {};
}

function sentOf(answer: Message | true): SentMessage {
  if (answer === true) return {};
  const fileId = 'photo' in answer ? answer.photo.at(-1)?.file_id : undefined;
  return { messageId: String(answer.message_id), ...(fileId !== undefined && { fileId }) };
}

function resultOf({ id, title, description, keyboard, ...content }: SearchResult): InlineQueryResult {
  const common = { id, title, description, ...markupOf(keyboard) };
  if ('fileId' in content) {
    return { type: 'photo', ...common, photo_file_id: content.fileId, caption: content.caption };
  }
  const text = { message_text: content.text, link_preview_options: noPreview };
  return { type: 'article', ...common, input_message_content: text };
}

/** The library's errors hold the whole request, and some of their messages the token; ours hold what happened. */
function apiErrorOf(error: unknown, method: string): BotApiError {
  if (error instanceof TelegramError) {
    const { code, description, parameters } = error;
    return new BotApiError(method, description, {
      reach: 'refused',
      code,
      ...(parameters?.retry_after !== undefined && { retryAfterS: parameters.retry_after }),
      ...(parameters?.migrate_to_chat_id !== undefined && {
        migrateToChatId: String(parameters.migrate_to_chat_id),
      }),
    });
  }
  const { name, type, code } = error as { name?: string; type?: string; code?: string };
  if (name === 'AbortError') return new BotApiError(method, 'no answer in time', { reach: 'unknown' });
  const reach = unsentCodes.includes(code ?? '') ? 'not-sent' : 'unknown';
  return new BotApiError(method, `connection failed (${code ?? type ?? name ?? 'unknown'})`, { reach });
}
