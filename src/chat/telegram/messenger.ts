import type { Command, Reply } from '../../../commands/command.ts';
import { texts } from '../../../commands/texts.ts';
import { errorText } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { BotApi, Keyboard, MessagePlace, Photo, SentMessage } from './bot-api.ts';
import { clip, keyboardOf, maxCaption, maxText } from './content.ts';
import type { Destination } from './dead-destinations.ts';
import type { Failure } from './failure.ts';
import type { Outbox, Outcome } from './outbox.ts';
import type { Picture, Pictures } from './pictures.ts';
import type { Priority } from './schedule.ts';

/** A reply on its way into a chat. */
export type Delivery = Destination & {
  readonly reply: Reply;
  readonly priority: Priority;
  /** No sound. */
  readonly silent?: boolean;
  /** UTC milliseconds after which it is no longer worth sending. */
  readonly expiresMs?: number;
  /** Message that this one answers. */
  readonly replyTo?: string;
  /** Stands around every request, so that it can be told before and after. The chat is where it goes now. */
  readonly around?: (request: () => Promise<SentMessage>, chatId: string) => Promise<SentMessage>;
};

/** `unknown`: it may stand in the chat or not, and is never repeated. `notSent`: it surely does not. */
export type Sent =
  | { readonly messageId: string }
  | { readonly dead: string }
  | { readonly unknown: string }
  | { readonly notSent: string };

/** The chat, and the topic in it, of whoever asks there. */
export function placeOf({ chatId, threadId }: Destination): Destination {
  return { chatId, ...(threadId !== undefined && { threadId }) };
}

type MessengerOptions = {
  readonly api: BotApi;
  readonly outbox: Outbox;
  readonly pictures: Pictures;
  readonly commands: readonly Command[];
  readonly log: Log;
  readonly newId: () => string;
  readonly nowMs: () => number;
};

/** Nobody waits longer for an answer, such as when Telegram asks for an hour of silence. */
const answerKeepMs = 300_000;

/** Puts replies into chats, and new ones in the place of old ones. */
export class Messenger {
  readonly #options: MessengerOptions;

  constructor(options: MessengerOptions) {
    this.#options = options;
  }

  /** Sends a reply with its picture and buttons; as words where pictures are not allowed or there is none to be had. */
  async send(delivery: Delivery): Promise<Sent> {
    const { api, outbox, log } = this.#options;
    const { reply, priority, expiresMs, around = (request) => request(), ...target } = delivery;
    // Without a page nothing is waited for: alerts leave in the order in which they come.
    const content = this.#contentOf(reply, reply.page && (await reply.page()));
    const outcome = await outbox.submit({
      ...placeOf(delivery),
      priority,
      ...this.#expiry(priority, expiresMs),
      ...content.waitsFor(),
      perform: (chatId) => {
        const there = { ...target, chatId };
        return content.perform(
          (photo, caption) =>
            around(() => api.sendPhoto(there, { photo, caption, keyboard: content.keyboard }), chatId),
          (text) => around(() => api.sendText(there, { text, keyboard: content.keyboard }), chatId),
        );
      },
      adapt: (failure) => content.adapt(failure),
    });
    if (outcome.kind === 'refused') log.error('message refused', { ...placeOf(delivery), ...outcome });
    return sentOf(outcome);
  }

  /**
   * Puts a reply in the place of a message of ours. False when that message cannot hold it, or is not there any more:
   * words do not fit where a picture was, nor the other way round.
   */
  async edit(
    place: MessagePlace,
    given: { readonly reply: Reply; readonly hasPhoto: boolean; readonly chatId: string },
  ): Promise<boolean> {
    const { api, outbox } = this.#options;
    const { reply, hasPhoto, chatId } = given;
    if (hasPhoto !== (reply.picture !== undefined)) return false;
    const content = this.#contentOf(reply, reply.page && (await reply.page()));
    const outcome = await outbox.submit<SentMessage>({
      chatId,
      priority: 'interactive',
      ...this.#expiry('interactive'),
      repeatable: true,
      ...content.waitsFor(),
      perform: (nowChatId) => {
        const there = 'chatId' in place ? { ...place, chatId: nowChatId } : place;
        return content.perform(
          (photo, caption) => api.editPhoto(there, { photo, caption, keyboard: content.keyboard }),
          (text) => api.editText(there, { text, keyboard: content.keyboard }),
        );
      },
      adapt: (failure) => failure.kind !== 'no-photos' && content.adapt(failure),
    });
    if (outcome.kind === 'refused') return this.#isAsWanted(outcome.failure);
    return true;
  }

  /** The id of a picture that any chat can be shown: known already, or had by sending it to the given chat. */
  async fileIdOf(reply: Reply, storeChat: string): Promise<string | undefined> {
    if (reply.picture === undefined) return undefined;
    const { api, outbox, pictures } = this.#options;
    const picture = pictures.of(reply.picture);
    await picture.prepare();
    if (picture.fileId !== undefined || picture.brokenId !== undefined) return picture.fileId;
    const outcome = await outbox.submit({
      chatId: storeChat,
      priority: 'interactive',
      waitsFor: picture.key,
      perform: (chatId) =>
        picture.send((photo) =>
          api.sendPhoto({ chatId, silent: true }, { photo, caption: '', keyboard: [] }),
        ),
    });
    if (outcome.kind !== 'done') {
      this.#options.log.warn('picture not stored for sharing', { outcome });
    }
    return picture.fileId;
  }

  #expiry(priority: Priority, expiresMs?: number): { readonly expiresMs?: number } {
    if (expiresMs !== undefined) return { expiresMs };
    return priority === 'interactive' ? { expiresMs: this.#options.nowMs() + answerKeepMs } : {};
  }

  #isAsWanted(failure: Failure): boolean {
    if (failure.kind === 'unchanged') return true;
    if (failure.kind !== 'uneditable') this.#options.log.error('message not edited', { failure });
    return false;
  }

  #contentOf(reply: Reply, page: string | undefined): Content {
    const { pictures } = this.#options;
    const picture = reply.picture && pictures.of(reply.picture);
    void picture?.prepare();
    const { keyboard, note } = this.#keyboardOf(reply, page);
    return new Content({ picture, keyboard, text: `${reply.text}${note}` });
  }

  /** Half an answer is better than none. */
  #keyboardOf(
    reply: Reply,
    page: string | undefined,
  ): { readonly keyboard: Keyboard; readonly note: string } {
    const { commands, log, newId } = this.#options;
    try {
      return { keyboard: keyboardOf(reply, commands, page), note: '' };
    } catch (error) {
      const id = newId();
      log.error(`buttons not made: ${errorText(error)}`, { id, error });
      return { keyboard: [], note: `\n${texts.chat.half(id)}` };
    }
  }
}

type PhotoRequest = (photo: Photo, caption: string) => Promise<SentMessage>;
type TextRequest = (text: string) => Promise<SentMessage>;

/** A reply as it can be sent: with its picture while that works, as words otherwise, which say the same. */
class Content {
  readonly keyboard: Keyboard;
  readonly #text: string;
  #picture: Picture | undefined;
  #mayForget = true;

  constructor(given: {
    readonly picture: Picture | undefined;
    readonly keyboard: Keyboard;
    readonly text: string;
  }) {
    this.keyboard = given.keyboard;
    this.#text = given.text;
    this.#picture = given.picture;
  }

  waitsFor(): { waitsFor?: string } {
    return this.#picture === undefined ? {} : { waitsFor: this.#picture.key };
  }

  perform(asPhoto: PhotoRequest, asText: TextRequest): Promise<SentMessage> {
    const picture = this.#picture;
    if (picture === undefined) return asText(clip(this.#text, maxText));
    const { brokenId } = picture;
    if (brokenId !== undefined) return asText(clip(`${this.#text}\n${texts.chat.half(brokenId)}`, maxText));
    return picture.send((photo) => asPhoto(photo, clip(this.#text, maxCaption)));
  }

  /** Whether another attempt would be another one. */
  adapt(failure: Failure): boolean {
    if (this.#picture === undefined) return false;
    if (failure.kind === 'no-photos') {
      this.#picture = undefined;
      return true;
    }
    if (failure.kind !== 'lost-file' || !this.#mayForget) return false;
    this.#mayForget = false;
    this.#picture.forget();
    void this.#picture.prepare();
    return true;
  }
}

function sentOf(outcome: Outcome<SentMessage>): Sent {
  switch (outcome.kind) {
    case 'done':
      return { messageId: outcome.value.messageId ?? '' };
    case 'dead':
      return { dead: outcome.reason };
    case 'unknown':
      return { unknown: outcome.reason };
    case 'not-sent':
      return { notSent: outcome.reason };
    case 'refused':
      return { notSent: 'reason' in outcome.failure ? outcome.failure.reason : outcome.failure.kind };
  }
}
