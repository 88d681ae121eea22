import type { Command, Reply } from '../../../commands/command.ts';
import { texts } from '../../../commands/texts.ts';
import { writtenWords } from '../../../commands/written-words.ts';
import { errorText } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Clock } from '../../market/clock.ts';
import type { Allowances } from './allowances.ts';
import type { BotApi } from './bot-api.ts';
import type { Incoming } from './incoming.ts';
import { linkedText } from './links.ts';
import type { Meant } from './meant-command.ts';
import { type Messenger, placeOf } from './messenger.ts';
import type { Outbox } from './outbox.ts';
import type { Runner } from './runner.ts';
import type { Work } from './work.ts';

type Written = Extract<Incoming, { readonly kind: 'command' }>;

type CommandsOptions = {
  readonly api: BotApi;
  readonly commands: readonly Command[];
  /** Our own name, lower case. */
  readonly username: () => string;
  readonly runner: Runner;
  readonly messenger: Messenger;
  readonly outbox: Outbox;
  readonly work: Work;
  readonly allowances: Allowances;
  readonly clock: Clock;
  readonly log: Log;
};

/** After downtime nobody waits any more for what was asked before this. */
const oldestMs = 120_000;
/** When an answer that takes its time shows that it is on its way. */
const activityMs = 300;

/** Answers what people write. */
export class Commands {
  readonly #options: CommandsOptions;
  #dropped = 0;

  constructor(options: CommandsOptions) {
    this.#options = options;
  }

  /** How many were left unanswered because they came too late. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Sees to a command. Returns at once. */
  take(written: Written): void {
    const { username, outbox, work } = this.#options;
    const { asker, addressee } = written;
    if (this.#isOld(written) || (addressee !== undefined && addressee !== username())) return;
    const meant = this.#meaningOf(written);
    if (meant === undefined) {
      this.#rejectUnknown(written);
      return;
    }
    outbox.enable(asker);
    const waitMs = this.#waitMs(written);
    if (waitMs > 0) this.#hint(written, texts.chat.tooFast(waitMs));
    else if (!work.push(asker.chatId, () => this.#answer(written, meant)))
      this.#hint(written, texts.chat.busy);
  }

  async #answer(written: Written, meant: Meant | 'welcome'): Promise<void> {
    const { runner, messenger, commands } = this.#options;
    const { asker } = written;
    if (meant === 'welcome') return this.#say(written, texts.chat.telegram.welcome(commands));
    const { command, text } = meant;
    const stopShowing = this.#showActivity(written);
    const answer = await runner.run({ command, words: () => writtenWords(text, command), asker });
    stopShowing();
    if ('problem' in answer) return this.#say(written, answer.problem);
    if (command.isPrivate && (await this.#sendInPrivate(written, answer.reply))) return;
    if (answer.reply.isSecret && !asker.isPrivate) return this.#say(written, texts.chat.telegram.speakAlone);
    await messenger.send({ ...answerPlace(written), reply: answer.reply, priority: 'interactive' });
  }

  /** Whoever has never spoken to the bot alone cannot be written to alone. */
  async #sendInPrivate({ asker: { userId, chatId } }: Written, reply: Reply): Promise<boolean> {
    if (userId === chatId) return false;
    const { messenger } = this.#options;
    return 'messageId' in (await messenger.send({ chatId: userId, reply, priority: 'interactive' }));
  }

  #isOld({ name, sentMs }: Written): boolean {
    const ageMs = this.#options.clock.nowMs() - sentMs;
    if (ageMs <= oldestMs) return false;
    this.#dropped += 1;
    this.#options.log.info('command left unanswered, too old', { command: name, ageMs });
    return true;
  }

  /** `/start` brings what a link carries; without anything it asks for help. */
  #meaningOf({ name, words }: Written): Meant | 'welcome' | undefined {
    const { commands } = this.#options;
    const named = (wanted: string) => commands.find((command) => command.name === wanted);
    const command = named(name);
    if (command !== undefined) return { command, text: words };
    if (name !== 'start') return name === 'help' ? 'welcome' : undefined;
    const linked = linkedText(words, commands);
    if (linked !== undefined) return linked;
    const help = named('help');
    return help === undefined ? 'welcome' : { command: help, text: '' };
  }

  /** In groups other bots may know what we do not. */
  #rejectUnknown(written: Written): void {
    const { asker, addressee, name } = written;
    if (asker.isPrivate || addressee !== undefined)
      this.#hint(written, texts.chat.telegram.unknownCommand(name));
  }

  #waitMs({ asker }: Written): number {
    const { command, chat } = this.#options.allowances;
    return command.take(asker.userId) || (asker.isPrivate ? 0 : chat.take(asker.chatId));
  }

  /** Not in the way of answers: one hint to a person in a while. */
  #hint(written: Written, text: string): void {
    const { hint } = this.#options.allowances;
    if (hint.take(written.asker.userId) === 0) void this.#say(written, text);
  }

  async #say(written: Written, text: string): Promise<void> {
    const { messenger } = this.#options;
    await messenger.send({ ...answerPlace(written), reply: { text }, priority: 'interactive' });
  }

  /** @returns what calls it off. */
  #showActivity({ asker }: Written): () => void {
    const { api, clock, log } = this.#options;
    return clock.after(activityMs, () => {
      api
        .showActivity(placeOf(asker))
        .catch((error: unknown) => log.debug('activity not shown', { reason: errorText(error) }));
    });
  }
}

/** Among many, an answer names its question. */
function answerPlace({ asker, messageId }: Written) {
  return { ...placeOf(asker), ...(!asker.isPrivate && { replyTo: messageId }) };
}
