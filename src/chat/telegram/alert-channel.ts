import type { AlertChannel, AlertMessage, AlertSent, Departure } from '../../alerts/channel.ts';
import { errorText } from '../../errors.ts';
import { alertReply } from '../alert-reply.ts';
import { type BotApi, BotApiError, type SentMessage } from './bot-api.ts';
import { clip, keyboardOf, maxCaption, maxText } from './content.ts';
import { failureOf } from './failure.ts';
import type { Messenger, Sent } from './messenger.ts';
import type { Outbox, Outcome } from './outbox.ts';

type Deps = {
  readonly api: BotApi;
  readonly messenger: Messenger;
  readonly outbox: Outbox;
  readonly commands: Parameters<typeof keyboardOf>[1];
};

const photoMark = 'photo';

/** Alerts into groups, topics, channels and private chats. Telegram knows no repetition, so nothing is sent twice. */
export class TelegramAlertChannel implements AlertChannel {
  readonly repeatableMs = 0;
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async send(message: AlertMessage, departure: Departure): Promise<AlertSent> {
    const { to, silent, expiresMs, replyTo } = message;
    const { chatId, threadId } = to;
    const [answeredIn, answered] = replyTo?.split('/') ?? [];
    let ref: readonly string[] = [];
    const sent = await this.#deps.messenger.send({
      chatId,
      ...(threadId !== undefined && { threadId }),
      ...(answered !== undefined && answeredIn === chatId && { replyTo: answered }),
      reply: alertReply(message),
      priority: 'broadcast',
      silent,
      expiresMs,
      around: async (request, nowChatId) => {
        const done = await departing(request, departure);
        ref = [nowChatId, done.messageId ?? '', ...(done.fileId === undefined ? [] : [photoMark])];
        return done;
      },
    });
    return sentOf(sent, ref.join('/'));
  }

  async edit(messageRef: string, message: AlertMessage): Promise<AlertSent> {
    const [chatId = '', messageId = '', mark] = messageRef.split('/');
    const { to, expiresMs } = message;
    // In a group that has moved the number may be another message's.
    if (chatId !== to.chatId) return { kind: 'refused', reason: 'the group has moved since' };
    const { api, outbox, commands } = this.#deps;
    const reply = alertReply(message);
    const keyboard = keyboardOf(reply, commands);
    const outcome = await outbox.submit({
      chatId,
      priority: 'broadcast',
      expiresMs,
      repeatable: true,
      perform: (nowChatId) => {
        const place = { chatId: nowChatId, messageId };
        return mark === photoMark
          ? api.editCaption(place, { text: clip(reply.text, maxCaption), keyboard })
          : api.editText(place, { text: clip(reply.text, maxText), keyboard });
      },
    });
    return editedOf(outcome, messageRef);
  }
}

/** Tells of the departure, and calls it back when Telegram's answer, or its absence, shows that nothing was done. */
async function departing(request: () => Promise<SentMessage>, departure: Departure): Promise<SentMessage> {
  try {
    await departure.leave();
  } catch (error) {
    throw new BotApiError('alert', errorText(error), { reach: 'not-sent' });
  }
  try {
    return await request();
  } catch (error) {
    const failure = strict(error);
    if (failureOf(failure).kind !== 'unknown') await departure.callBack();
    throw failure;
  }
}

/** A server that breaks says nothing of what it did before; elsewhere a second message is the lesser evil. */
function strict(error: unknown): unknown {
  if (!(error instanceof BotApiError) || error.code === undefined || error.code < 500) return error;
  return new BotApiError('alert', error.message, { reach: 'unknown' });
}

function sentOf(sent: Sent, messageRef: string): AlertSent {
  if ('messageId' in sent) return { kind: 'sent', messageRef };
  if ('dead' in sent) return { kind: 'dead', reason: sent.dead };
  if ('unknown' in sent) return { kind: 'unknown', reason: sent.unknown };
  return waits.includes(sent.notSent)
    ? { kind: 'later', reason: sent.notSent }
    : { kind: 'refused', reason: sent.notSent };
}

/** Of `Outcome`: what may work another time. */
const waits: readonly string[] = ['stale', 'stopping', 'unreachable'];

function editedOf(outcome: Outcome<SentMessage>, messageRef: string): AlertSent {
  switch (outcome.kind) {
    case 'done':
      return { kind: 'sent', messageRef };
    case 'dead':
      return { kind: 'dead', reason: outcome.reason };
    case 'unknown':
    case 'not-sent':
      return { kind: 'later', reason: outcome.reason };
    case 'refused': {
      const { failure } = outcome;
      if (failure.kind === 'unchanged') return { kind: 'sent', messageRef };
      return { kind: 'refused', reason: 'reason' in failure ? failure.reason : failure.kind };
    }
  }
}
