import { createHash } from 'node:crypto';
import type { Command, Reply } from '../../../commands/command.ts';
import { texts } from '../../../commands/texts.ts';
import { writtenWords } from '../../../commands/written-words.ts';
import { errorText } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Allowances } from './allowances.ts';
import type { BotApi, SearchAnswer, SearchResult } from './bot-api.ts';
import { clip, keyboardOf, maxCaption, maxText } from './content.ts';
import type { Incoming } from './incoming.ts';
import { linkTo } from './links.ts';
import { meantCommand } from './meant-command.ts';
import type { Messenger } from './messenger.ts';
import type { Runner } from './runner.ts';
import type { Work } from './work.ts';

type Search = Extract<Incoming, { readonly kind: 'search' }>;

type SearchesOptions = {
  readonly api: BotApi;
  readonly commands: readonly Command[];
  readonly runner: Runner;
  readonly messenger: Messenger;
  readonly work: Work;
  readonly allowances: Allowances;
  readonly log: Log;
  /** Chat where pictures are uploaded to be shared from; without one words are shared. */
  readonly storeChat: string | undefined;
};

/** How long Telegram may show everybody the same map, and somebody the same problem. */
const mapCacheS = 60;
const problemCacheS = 5;
const maxTitle = 100;
const maxButton = 60;

/** Inline mode: `@bot eth` in any chat offers the map to be shared there. */
export class Searches {
  readonly #options: SearchesOptions;
  readonly #latest = new Map<string, string>();

  constructor(options: SearchesOptions) {
    this.#options = options;
  }

  /** Sees to a search. Returns at once. */
  take(search: Search): void {
    const { work, allowances } = this.#options;
    const { id, userId } = search;
    if (allowances.search.take(userId) > 0) return;
    this.#latest.set(userId, id);
    work.push(`search ${userId}`, async () => {
      // While somebody types, only the last of what has been typed matters.
      if (this.#latest.get(userId) !== id) return;
      this.#latest.delete(userId);
      await this.#answer(search);
    });
  }

  /** Puts a reply in the place of a message that was shared; as words if there is no picture that can be shared. */
  async replace(inlineMessageId: string, reply: Reply): Promise<void> {
    const { picture: _, ...words } = reply;
    const hasPhoto = (await this.#fileIdOf(reply)) !== undefined;
    const place = { inlineMessageId };
    const shown = hasPhoto ? reply : words;
    const chatId = `shared ${inlineMessageId}`;
    const isShown = await this.#options.messenger.edit(place, { reply: shown, hasPhoto, chatId });
    if (!isShown) this.#options.log.info('shared message not changed');
  }

  async #answer(search: Search): Promise<void> {
    try {
      await this.#options.api.answerSearch(search.id, await this.#answerFor(search));
    } catch (error) {
      // Whoever types has gone on in the meantime.
      this.#options.log.debug('search not answered', { reason: errorText(error) });
    }
  }

  async #answerFor({ query, userId }: Search): Promise<SearchAnswer> {
    const words = query.split(/\s+/).filter((word) => word !== '');
    const asked = meantCommand(words, this.#options.commands);
    if (asked === undefined) return nothing(texts.chat.telegram.searchHint);
    const { command, text } = asked;
    // What is found by one is shown to all who search for the same.
    if (command.isPrivate) return nothing(texts.chat.telegram.searchHint);
    const asker = { userId, chatId: userId, isPrivate: true, mayManage: true };
    const answer = await this.#options.runner.run({
      command,
      words: () => writtenWords(text, command),
      asker,
    });
    if ('problem' in answer) return nothing(answer.problem);
    const { result, isWhole } = await this.#resultOf(answer.reply);
    const startParameter = isWhole ? undefined : linkTo([command.name, ...text.split(/\s+/)]);
    return {
      results: [result],
      cacheS: mapCacheS,
      personal: false,
      ...(startParameter !== undefined && {
        button: { text: texts.chat.telegram.inPrivate, startParameter },
      }),
    };
  }

  /** The picture if it can be shared, else the words, which say the same. */
  async #resultOf(reply: Reply): Promise<{ readonly result: SearchResult; readonly isWhole: boolean }> {
    const [title = '', ...rest] = reply.text.split('\n').filter((line) => line.trim() !== '');
    const fileId = await this.#fileIdOf(reply);
    const common = {
      id: createHash('sha256').update(`${fileId} ${reply.text}`).digest('base64url'),
      title: clip(title, maxTitle),
      description: clip(rest.join(' '), maxTitle),
      keyboard: this.#keyboardOf(reply),
    };
    return fileId === undefined
      ? { result: { ...common, text: clip(reply.text, maxText) }, isWhole: reply.picture === undefined }
      : { result: { ...common, fileId, caption: clip(reply.text, maxCaption) }, isWhole: true };
  }

  async #fileIdOf(reply: Reply): Promise<string | undefined> {
    const { storeChat, messenger } = this.#options;
    return storeChat === undefined ? undefined : messenger.fileIdOf(reply, storeChat);
  }

  #keyboardOf(reply: Reply) {
    try {
      return keyboardOf(reply, this.#options.commands);
    } catch (error) {
      this.#options.log.error(`buttons not made: ${errorText(error)}`, { error });
      return [];
    }
  }
}

/** No result, but a line that says why and leads to help. */
function nothing(text: string): SearchAnswer {
  const [line = ''] = text.split('\n');
  const label = line.length > maxButton ? `${line.slice(0, maxButton - 1)}…` : line;
  return {
    results: [],
    cacheS: problemCacheS,
    personal: true,
    button: { text: label, startParameter: 'help' },
  };
}
