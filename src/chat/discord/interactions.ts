import { decodeButton } from '../../../commands/button-code.ts';
import type { Reply } from '../../../commands/command.ts';
import { texts } from '../../../commands/texts.ts';
import type { Log } from '../../log.ts';
import { RateLimiter } from '../../rate-limit.ts';
import type { ChatBackend } from '../adapter.ts';
import { problemText, reportDefect } from '../problem-text.ts';
import { Answer } from './answer.ts';
import { type Interaction, parseInteraction } from './interaction.ts';
import { codeOf, type Drawn, type Message, messageOf } from './message.ts';
import type { DiscordRest } from './rest.ts';

type Deps = {
  readonly backend: ChatBackend;
  readonly rest: DiscordRest;
  readonly log: Log;
  readonly nowMs: () => number;
};

type Of<Kind extends Interaction['kind']> = Extract<Interaction, { readonly kind: Kind }>;

type Wanted = Omit<Of<'command'>, 'kind' | 'ticket'>;

/** Discord's limits of suggestions: how many, and how long. */
const maxSuggestions = 25;
const maxSuggestionLength = 100;

/** Answers commands, buttons and typing. Nothing that goes wrong with one of them reaches another, or the process. */
export class Interactions {
  readonly #deps: Deps;
  readonly #running = new Set<Promise<void>>();
  readonly #presses: RateLimiter;
  readonly #commands: RateLimiter;
  readonly #chats: RateLimiter;
  #isClosing = false;

  constructor(deps: Deps) {
    this.#deps = deps;
    const { nowMs } = deps;
    this.#presses = new RateLimiter({ burst: 1, everyMs: 5_000, nowMs });
    this.#commands = new RateLimiter({ burst: 5, everyMs: 3_000, nowMs });
    this.#chats = new RateLimiter({ burst: 20, everyMs: 1_000, nowMs });
  }

  /** Begins to answer what the gateway brought. Never throws. */
  handle(payload: unknown): void {
    const running = this.#answer(payload)
      .catch((error: unknown) => this.#deps.log.error('interaction not answered', { error }))
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Asks whoever comes from now on to come back, and waits for those who are being answered by now. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await Promise.all(this.#running);
  }

  async #answer(payload: unknown): Promise<void> {
    const asked = parseInteraction(payload);
    const answer = new Answer(asked.ticket, this.#deps);
    if (asked.kind === 'typing') return this.#suggest(asked, answer);
    if (this.#isClosing) return void (await answer.whisperFirst(texts.chat.restarting));
    return asked.kind === 'command' ? this.#runCommand(asked, answer) : this.#press(asked, answer);
  }

  async #runCommand(asked: Of<'command'>, answer: Answer): Promise<void> {
    const { userId, chatId } = asked.caller;
    const waitMs = this.#commands.take(userId) || this.#chats.take(chatId);
    if (waitMs > 0) return void (await answer.whisperFirst(texts.chat.tooFast(waitMs)));
    if (this.#isAside(asked.command)) return this.#whisper(asked, answer);
    if (!(await answer.promise())) return;
    try {
      await answer.fill(await this.#messageFor(asked));
    } catch (error) {
      const text = problemText(error, asked.command, this.#deps);
      await this.#withdraw(answer);
      await answer.whisper(text);
    }
  }

  async #press(asked: Of<'press'>, answer: Answer): Promise<void> {
    const pressed = decodeButton(codeOf(asked.customId), this.#deps.backend.commands);
    if (pressed === undefined) return void (await answer.whisperFirst(texts.chat.oldButton));
    const waitMs = this.#presses.take(asked.caller.userId);
    if (waitMs > 0) return void (await answer.whisperFirst(texts.chat.tooFast(waitMs)));
    const wanted = { ...pressed, caller: asked.caller };
    if (this.#isAside(pressed.command)) return this.#whisper(wanted, answer);
    if (!(await answer.promiseUpdate())) return;
    try {
      await answer.fill(await this.#messageFor(wanted));
    } catch (error) {
      await answer.whisper(problemText(error, pressed.command, this.#deps));
    }
  }

  #isAside(name: string): boolean {
    const command = this.#deps.backend.commands.find((known) => known.name === name);
    return command?.isAside === true || command?.isPrivate === true;
  }

  /** Answers where only the asker sees it. */
  async #whisper(asked: Wanted, answer: Answer): Promise<void> {
    if (!(await answer.promiseWhisper())) return;
    try {
      await answer.fill(await this.#messageFor(asked));
    } catch (error) {
      const { commands } = this.#deps.backend;
      await answer.fill(messageOf({ text: problemText(error, asked.command, this.#deps) }, { commands }));
    }
  }

  async #suggest({ command: name, parameter: focused, typed }: Of<'typing'>, answer: Answer): Promise<void> {
    const { backend } = this.#deps;
    const command = backend.commands.find((known) => known.name === name);
    const parameter = command?.parameters.find((known) => known.name === focused);
    const symbols = parameter?.completes === 'symbol' ? await backend.suggestSymbols(typed) : [];
    const usable = [...new Set(symbols)].filter(({ length }) => length > 0 && length <= maxSuggestionLength);
    await answer.suggest(usable.slice(0, maxSuggestions));
  }

  /** Spares everybody what concerns only the asker. If that fails, Discord puts the next message in its place. */
  async #withdraw(answer: Answer): Promise<void> {
    try {
      await answer.withdraw();
    } catch (error) {
      this.#deps.log.warn('answer not withdrawn', { error });
    }
  }

  async #messageFor({ command, words, caller }: Wanted): Promise<Message> {
    const { backend } = this.#deps;
    const { commands } = backend;
    const reply = await backend.run(command, words, caller);
    try {
      const [picture, page] = await Promise.all([drawnOf(reply), reply.page?.()]);
      return messageOf(reply, { commands, picture, page });
    } catch (error) {
      // The text says the same as the picture, so half an answer is better than none.
      const text = `${reply.text}\n${texts.chat.half(reportDefect(error, command, this.#deps))}`;
      return messageOf({ text }, { commands });
    }
  }
}

async function drawnOf({ picture }: Reply): Promise<Drawn | undefined> {
  return picture && { fileName: picture.fileName, alt: picture.alt, data: await picture.draw() };
}
