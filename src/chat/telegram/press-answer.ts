import { texts } from '../../../commands/texts.ts';
import { errorText } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Clock } from '../../market/clock.ts';
import { type BotApi, BotApiError } from './bot-api.ts';
import { clip } from './content.ts';

/** https://core.telegram.org/bots/api#answercallbackquery */
const maxLength = 200;

/** What the presser is told: once, at the latest after a moment, for the button shows until then that nothing has happened. */
export class PressAnswer {
  readonly #api: BotApi;
  readonly #log: Log;
  readonly #id: string;
  readonly #cancelTimer: () => void;
  #given: Promise<boolean> | undefined;

  constructor(
    id: string,
    deps: { readonly api: BotApi; readonly clock: Clock; readonly log: Log; readonly patienceMs: number },
  ) {
    this.#id = id;
    this.#api = deps.api;
    this.#log = deps.log;
    this.#cancelTimer = deps.clock.after(
      deps.patienceMs,
      () => void this.#give({ text: texts.chat.working }),
    );
  }

  /** Shows a text that only the presser sees. False if something else has been answered already. */
  async tell(text: string): Promise<boolean> {
    if (this.#given !== undefined) return false;
    await this.#give({ text: clip(text, maxLength), alert: true });
    return true;
  }

  /** Confirms the press. False if Telegram says that it is too long ago: then nobody waits for anything. */
  confirm(): Promise<boolean> {
    return this.#give({});
  }

  #give(answer: { readonly text?: string; readonly alert?: boolean }): Promise<boolean> {
    this.#cancelTimer();
    this.#given ??= this.#request(answer);
    return this.#given;
  }

  async #request(answer: { readonly text?: string; readonly alert?: boolean }): Promise<boolean> {
    try {
      await this.#api.answerPress(this.#id, answer);
      return true;
    } catch (error) {
      this.#log.debug('press not answered', { reason: errorText(error) });
      return !(error instanceof BotApiError && /query is too old/i.test(error.description));
    }
  }
}
