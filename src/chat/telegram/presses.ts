import { decodeButton } from '../../../commands/button-code.ts';
import type { Command, Reply } from '../../../commands/command.ts';
import { texts } from '../../../commands/texts.ts';
import type { Log } from '../../log.ts';
import type { Clock } from '../../market/clock.ts';
import type { Allowances } from './allowances.ts';
import type { BotApi } from './bot-api.ts';
import type { Incoming } from './incoming.ts';
import { type Messenger, placeOf } from './messenger.ts';
import type { Outbox } from './outbox.ts';
import { PressAnswer } from './press-answer.ts';
import type { Request, Runner } from './runner.ts';
import type { Searches } from './searches.ts';
import type { Work } from './work.ts';

type Pressed = Extract<Incoming, { readonly kind: 'press' }>;

type PressesOptions = {
  readonly api: BotApi;
  readonly commands: readonly Command[];
  readonly runner: Runner;
  readonly messenger: Messenger;
  readonly searches: Searches;
  readonly outbox: Outbox;
  readonly work: Work;
  readonly allowances: Allowances;
  readonly clock: Clock;
  readonly log: Log;
};

/** How long the presser may look at a button that shows nothing yet. */
const patienceMs = 500;

/** Answers pressed buttons by new content in the place of the old. */
export class Presses {
  readonly #options: PressesOptions;

  constructor(options: PressesOptions) {
    this.#options = options;
  }

  /** Sees to a press. Returns at once. */
  take(pressed: Pressed): void {
    const { commands, work, outbox } = this.#options;
    const { asker } = pressed;
    const answer = new PressAnswer(pressed.id, { ...this.#options, patienceMs });
    const button = decodeButton(pressed.code, commands);
    const command = commands.find(({ name }) => name === button?.command);
    if (button === undefined || command === undefined) return void answer.tell(texts.chat.oldButton);
    const waitMs = this.#waitMs(pressed);
    if (waitMs > 0) return void answer.tell(texts.chat.tooFast(waitMs));
    if (!asker.isShared) outbox.enable(asker);
    const request = { command, words: () => button.words, asker };
    const isTaken = work.push(asker.chatId, () => this.#answer(pressed, answer, request));
    if (!isTaken) void answer.tell(texts.chat.busy);
  }

  async #answer(pressed: Pressed, answer: PressAnswer, request: Request): Promise<void> {
    const outcome = await this.#options.runner.run(request);
    if ('problem' in outcome) {
      if (await answer.tell(outcome.problem)) return;
      return this.#send(pressed, { text: outcome.problem });
    }
    if (request.command.isAside || request.command.isPrivate) {
      await answer.tell(outcome.reply.text);
      return;
    }
    if (await answer.confirm()) await this.#show(pressed, outcome.reply);
  }

  async #show(pressed: Pressed, reply: Reply): Promise<void> {
    const { messenger, searches } = this.#options;
    const { asker, message } = pressed;
    if ('inlineMessageId' in message) return searches.replace(message.inlineMessageId, reply);
    const { chatId } = asker;
    const { messageId, hasPhoto } = message;
    const isShown = await messenger.edit({ chatId, messageId }, { reply, hasPhoto, chatId });
    if (!isShown) await this.#send(pressed, reply);
  }

  /** Beside the message, where its place cannot be taken. */
  async #send({ asker, message }: Pressed, reply: Reply): Promise<void> {
    if ('inlineMessageId' in message) return;
    const replyTo = message.messageId;
    await this.#options.messenger.send({ ...placeOf(asker), replyTo, reply, priority: 'interactive' });
  }

  #waitMs({ asker }: Pressed): number {
    const { press, chat } = this.#options.allowances;
    return press.take(asker.userId) || (asker.isPrivate ? 0 : chat.take(asker.chatId));
  }
}
