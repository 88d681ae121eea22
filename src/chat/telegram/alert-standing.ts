import { texts } from '../../../commands/texts.ts';
import { errorText } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { type BotApi, BotApiError, type BotIdentity } from './bot-api.ts';
import { failureOf } from './failure.ts';
import type { Asker } from './incoming.ts';

type Deps = {
  readonly api: BotApi;
  readonly identity: () => BotIdentity | undefined;
  readonly log: Log;
};

/** Whether we could send to where somebody is, or to that person alone, told before anybody relies on it. */
export class AlertStanding {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** In words, what is in the way; undefined where nothing is known to be. */
  async obstacle(asker: Asker, where: 'here' | 'direct'): Promise<string | undefined> {
    try {
      return where === 'direct' ? await this.#toPerson(asker) : await this.#toChat(asker);
    } catch (error) {
      this.#deps.log.warn('it is not known whether alerts could be sent', { reason: errorText(error) });
      return undefined;
    }
  }

  /** Telegram lets bots write to those only who have begun: showing that we type tells, and is seen by nobody else. */
  async #toPerson({ userId, isPrivate }: Asker): Promise<string | undefined> {
    const { api, identity } = this.#deps;
    if (isPrivate) return undefined;
    try {
      await api.showActivity({ chatId: userId });
      return undefined;
    } catch (error) {
      if (!(error instanceof BotApiError) || failureOf(error).kind !== 'dead') throw error;
      return texts.chat.telegram.startFirst(identity()?.username ?? '');
    }
  }

  async #toChat({ chatId, isPrivate }: Asker): Promise<string | undefined> {
    const { api, identity } = this.#deps;
    const id = identity()?.id;
    if (isPrivate || id === undefined) return undefined;
    const { isIn, texts: mayWrite, photos } = await api.sending(chatId, id);
    if (!isIn) return texts.chat.telegram.lacking([texts.chat.telegram.permissions.member]);
    const lacking = [
      ...(mayWrite ? [] : [texts.chat.telegram.permissions.texts]),
      ...(photos ? [] : [texts.chat.telegram.permissions.photos]),
    ];
    return lacking.length > 0 ? texts.chat.telegram.lacking(lacking) : undefined;
  }
}
