import { createHash } from 'node:crypto';
import type { AlertChannel, AlertMessage, AlertSent, Departure } from '../../alerts/channel.ts';
import { errorText } from '../../errors.ts';
import { alertReply } from '../alert-reply.ts';
import type { KeyValue } from '../key-value.ts';
import { deadReason, nonceWindowMs, type Outbox, type Sent } from './outbox.ts';
import { ApiError, type DiscordRest, snowflake } from './rest.ts';

type Deps = { readonly outbox: Outbox; readonly rest: DiscordRest; readonly store: KeyValue };

/** https://docs.discord.com/developers/topics/opcodes-and-status-codes: replies need "read message history". */
const mayNotReply = 160_002;

/** Alerts into channels and threads, and to people in their direct messages. */
export class DiscordAlertChannel implements AlertChannel {
  readonly repeatableMs = nonceWindowMs;
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async send(message: AlertMessage, departure: Departure): Promise<AlertSent> {
    try {
      const channelId = await this.#channelOf(message);
      return sentOf(channelId, await this.#sendReplying(channelId, message, () => departure.leave()));
    } catch (error) {
      return failedOf(error);
    }
  }

  async edit(messageRef: string, message: AlertMessage): Promise<AlertSent> {
    const [channelId = '', messageId = ''] = messageRef.split('/');
    try {
      const pingRole = message.pingRoleId;
      const reply = alertReply(message);
      const sent = await this.#deps.outbox.edit({
        channelId,
        messageId,
        reply,
        ...(pingRole !== undefined && { pingRole }),
      });
      if ('gone' in sent) return { kind: 'refused', reason: `the message is gone: ${sent.gone}` };
      return sentOf(channelId, sent);
    } catch (error) {
      return failedOf(error);
    }
  }

  async #sendReplying(
    channelId: string,
    message: AlertMessage,
    onLeaving: () => Promise<void>,
  ): Promise<Sent> {
    const { key, pingRoleId, silent, replyTo } = message;
    const [answeredIn, answered] = replyTo?.split('/') ?? [];
    const wanted = {
      channelId,
      reply: alertReply(message),
      nonce: nonceOf(key),
      silent,
      isAfresh: true,
      onLeaving,
      ...(pingRoleId !== undefined && { pingRole: pingRoleId }),
    };
    if (answered === undefined || answeredIn !== channelId) return this.#deps.outbox.send(wanted);
    try {
      return await this.#deps.outbox.send({ ...wanted, replyTo: answered });
    } catch (error) {
      if (!(error instanceof ApiError && error.code === mayNotReply)) throw error;
      return this.#deps.outbox.send(wanted);
    }
  }

  /** The channel between the bot and a person is opened once. */
  async #channelOf({ to: { communityId, chatId } }: AlertMessage): Promise<string> {
    if (communityId !== undefined) return chatId;
    const { store, rest } = this.#deps;
    const key = `discord:direct:${chatId}`;
    const known = await store.get(key);
    if (known !== undefined) return known;
    const body = { recipient_id: snowflake(chatId) };
    const opened = await rest.asBot({ method: 'POST', path: '/users/@me/channels', body });
    const { id } = opened as { readonly id: string };
    await store.set(key, snowflake(id));
    return id;
  }
}

/** At most 25 characters. */
function nonceOf(key: string): string {
  return createHash('sha256').update(key).digest('base64url').slice(0, 25);
}

function sentOf(channelId: string, sent: Sent): AlertSent {
  if ('messageId' in sent) return { kind: 'sent', messageRef: `${channelId}/${sent.messageId}` };
  if ('dead' in sent) return { kind: 'dead', reason: deadReason(sent.dead) };
  // Whether a nonce or an edit, Discord knows it again: it may be repeated as long as the ledger allows.
  return { kind: 'later', reason: sent.unknown };
}

function failedOf(error: unknown): AlertSent {
  const reason = errorText(error);
  if (error instanceof RangeError) return { kind: 'refused', reason };
  if (!(error instanceof ApiError) || error.outcome !== 'refused') return { kind: 'later', reason };
  // The bot's own token is refused: nothing of that is the destination's fault.
  if (error.status === 401) return { kind: 'later', reason };
  return { kind: 'refused', reason };
}
