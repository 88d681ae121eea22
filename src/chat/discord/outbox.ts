import type { Command, Reply } from '../../../commands/command.ts';
import { pause } from '../../deadline.ts';
import type { Log } from '../../log.ts';
import type { KeyValue } from '../key-value.ts';
import { type Drawn, messageOf } from './message.ts';
import { Pace } from './pace.ts';
import { ApiError, type DiscordRest, snowflake } from './rest.ts';

export type ChannelMessage = {
  /** Channel or thread. */
  readonly channelId: string;
  readonly reply: Reply;
  /** The same for every attempt at this message, at most 25 characters: Discord keeps only the first. */
  readonly nonce: string;
  /** No sound and no push notification. */
  readonly silent?: boolean;
  /** A role that is told; nobody else ever is. */
  readonly pingRole?: string;
  /** Message of ours in the same channel that this one answers, if it is still there. */
  readonly replyTo?: string;
  /** Tried even where the channel had refused for good: somebody says that it takes messages again. */
  readonly isAfresh?: boolean;
  /** Called before the first request leaves. If it rejects none does, and nothing was sent. */
  readonly onLeaving?: () => Promise<void>;
};

/** A text in the place of that of a message of ours; its picture stays. */
export type MessageEdit = Pick<ChannelMessage, 'channelId' | 'reply' | 'pingRole'> & {
  readonly messageId: string;
};

/** `unknown`: it may stand in the channel or not. Repeat it only within `nonceWindowMs` of the first attempt. */
export type Sent = { readonly messageId: string } | { readonly dead: number } | { readonly unknown: string };

export type DeadChannel = { readonly channelId: string; readonly code: number; readonly reason: string };

export type OutboxDeps = {
  readonly rest: DiscordRest;
  readonly store: KeyValue;
  readonly commands: readonly Command[];
  readonly log: Log;
  readonly nowMs: () => number;
  /** Told once of each channel that takes nothing any more. */
  readonly onDead: (dead: DeadChannel) => void;
  readonly perSecond: number;
  /** Waits before the attempts after a lost answer. */
  readonly repeatAfterMs?: readonly number[] | undefined;
};

/** "The past few minutes" of https://docs.discord.com/developers/resources/message (enforce_nonce), taken short. */
export const nonceWindowMs = 120_000;
const maxNonceLength = 25;
const unknownMessage = 10008;
const atOnce = 16;

/** Refusals that no repetition mends: https://docs.discord.com/developers/topics/opcodes-and-status-codes */
const deadReasons: Readonly<Record<number, string>> = {
  10003: 'the channel is gone',
  10004: 'the server is gone',
  50001: 'the channel is hidden from the bot',
  50007: 'this person takes no direct messages',
  50013: 'the bot may not post here',
  50278: 'no server is shared with this person',
};

/** Sends to channels: in order within a channel, below Discord's limits, and never to one that refused for good. */
export class Outbox {
  readonly #deps: OutboxDeps;
  readonly #pace: Pace;
  readonly #tails = new Map<string, Promise<unknown>>();
  readonly #drawn = new WeakMap<object, Promise<Buffer>>();
  readonly #counts = { sent: 0, dead: 0, unknown: 0, failed: 0 };
  #isClosed = false;

  constructor(deps: OutboxDeps) {
    this.#deps = deps;
    this.#pace = new Pace({ perSecond: deps.perSecond, atOnce });
  }

  /** Throws when the message itself is wrong, or was not sent because the outbox was closed. */
  async send(message: ChannelMessage): Promise<Sent> {
    snowflake(message.channelId);
    if (message.pingRole !== undefined) snowflake(message.pingRole);
    if (message.nonce === '' || message.nonce.length > maxNonceLength) {
      throw new RangeError(`a nonce has 1 to ${maxNonceLength} characters, not "${message.nonce}"`);
    }
    return this.#afterOthers(message.channelId, () => this.#counted(this.#sendUnlessDead(message)));
  }

  /** Changes a message of ours. Throws when the edit itself is wrong, or was not made because the outbox was closed. */
  async edit(change: MessageEdit): Promise<Sent | { readonly gone: string }> {
    const { channelId, messageId } = change;
    const path = `/channels/${snowflake(channelId)}/messages/${snowflake(messageId)}` as const;
    return this.#afterOthers(channelId, async () => {
      this.#refuseIfClosed();
      return this.#pace.run(() => this.#change(path, change));
    });
  }

  /** What became of messages so far. */
  get counts(): Readonly<Record<'sent' | 'dead' | 'unknown' | 'failed', number>> {
    return { ...this.#counts };
  }

  /** Lets a channel be asked again that had refused. */
  async enable(channelId: string): Promise<void> {
    await this.#deps.store.delete(keyOf(channelId));
  }

  /** Marks a channel that is known to take nothing, such as a deleted one. */
  async disable(channelId: string, code: number): Promise<void> {
    const { store, onDead, log } = this.#deps;
    if ((await store.get(keyOf(channelId))) !== undefined) return;
    await store.set(keyOf(channelId), String(code));
    const reason = deadReason(code);
    log.warn('channel disabled', { channelId, code, reason });
    onDead({ channelId, code, reason });
  }

  /** Gives back what has not left yet, and waits for the rest. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#pace.clear(new Error('not sent: the outbox is closed'));
    await Promise.allSettled(this.#tails.values());
  }

  /** Discord's client queues by bucket, and buckets change names; order within a channel is kept here. */
  async #afterOthers<T>(channelId: string, work: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(channelId) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.#tails.set(channelId, mine);
    try {
      return await mine;
    } finally {
      if (this.#tails.get(channelId) === mine) this.#tails.delete(channelId);
    }
  }

  async #counted(sending: Promise<Sent>): Promise<Sent> {
    try {
      const sent = await sending;
      this.#counts['messageId' in sent ? 'sent' : 'dead' in sent ? 'dead' : 'unknown'] += 1;
      return sent;
    } catch (error) {
      this.#counts.failed += 1;
      throw error;
    }
  }

  async #sendUnlessDead(message: ChannelMessage): Promise<Sent> {
    this.#refuseIfClosed();
    const { channelId, isAfresh } = message;
    const code = await this.#deps.store.get(keyOf(channelId));
    if (code !== undefined && !isAfresh) return { dead: Number(code) };
    if (code !== undefined) await this.enable(channelId);
    return this.#pace.run(() => this.#deliver(message));
  }

  #refuseIfClosed(): void {
    if (this.#isClosed) throw new Error('not sent: the outbox is closed');
  }

  async #change(path: `/${string}`, { channelId, reply, pingRole }: MessageEdit) {
    const { rest, commands } = this.#deps;
    const { content, allowed_mentions, components } = messageOf(reply, { commands, pingRole }).body;
    try {
      const body = { content, allowed_mentions, components };
      return { messageId: messageIdOf(await rest.asBot({ method: 'PATCH', path, body })) };
    } catch (error) {
      if (error instanceof ApiError && error.code === unknownMessage) return { gone: error.message };
      return this.#outcomeOf(error, channelId);
    }
  }

  async #deliver(message: ChannelMessage): Promise<Sent> {
    const { nowMs, repeatAfterMs = [1_000, 5_000] } = this.#deps;
    const picture = await this.#pictureOf(message.reply);
    await message.onLeaving?.();
    const firstMs = nowMs();
    let sent = await this.#attempt(message, picture);
    for (const waitMs of repeatAfterMs) {
      const isLate = nowMs() + waitMs - firstMs >= nonceWindowMs;
      if (!('unknown' in sent) || isLate || this.#isClosed) break;
      await pause(waitMs);
      sent = await this.#attempt(message, picture);
    }
    return sent;
  }

  async #attempt(message: ChannelMessage, picture: Drawn | undefined): Promise<Sent> {
    const { rest, commands } = this.#deps;
    const { channelId, reply, nonce, pingRole, silent, replyTo } = message;
    const { body, files } = messageOf(reply, { commands, picture, pingRole, silent, replyTo });
    try {
      const answer = await rest.asBot({
        method: 'POST',
        path: `/channels/${channelId}/messages`,
        body: { ...body, nonce, enforce_nonce: true },
        files,
      });
      return { messageId: messageIdOf(answer) };
    } catch (error) {
      return this.#outcomeOf(error, channelId);
    }
  }

  async #outcomeOf(error: unknown, channelId: string): Promise<Sent> {
    if (!(error instanceof ApiError)) throw error;
    if (error.outcome !== 'refused') return { unknown: error.message };
    if (error.code === undefined || deadReasons[error.code] === undefined) throw error;
    await this.disable(channelId, error.code);
    return { dead: error.code };
  }

  /** Drawn once, to however many channels it goes. */
  async #pictureOf({ picture }: Reply): Promise<Drawn | undefined> {
    if (picture === undefined) return undefined;
    const drawing = this.#drawn.get(picture) ?? picture.draw();
    this.#drawn.set(picture, drawing);
    try {
      return { fileName: picture.fileName, alt: picture.alt, data: await drawing };
    } catch (error) {
      this.#drawn.delete(picture);
      throw error;
    }
  }
}

/** Why nothing is taken there any more, in words. */
export function deadReason(code: number): string {
  return deadReasons[code] ?? `Discord answers ${code}`;
}

function keyOf(channelId: string): string {
  return `discord:dead:${channelId}`;
}

function messageIdOf(answer: unknown): string {
  const id = typeof answer === 'object' && answer !== null && 'id' in answer ? answer.id : undefined;
  if (typeof id !== 'string') throw new Error('Discord answered a sent message without its id');
  return id;
}
