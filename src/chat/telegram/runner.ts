import type { Caller, Command, Reply, Words } from '../../../commands/command.ts';
import { within } from '../../deadline.ts';
import { errorText } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { ChatBackend } from '../adapter.ts';
import { problemText } from '../problem-text.ts';
import type { Administrators } from './administrators.ts';
import type { AlertStanding } from './alert-standing.ts';
import type { Asker } from './incoming.ts';

export type Request = {
  readonly command: Command;
  /** Throws UserError on words that mean nothing. */
  readonly words: () => Words;
  readonly asker: Asker;
};

/** A command's reply, or what to tell the one who asked why there is none. */
export type Answer = { readonly reply: Reply } | { readonly problem: string };

/** What hangs must not keep its chat waiting for ever. */
const longestMs = 120_000;

/** Runs commands; the one place where their errors end. */
export class Runner {
  readonly #backend: ChatBackend;
  readonly #administrators: Administrators;
  readonly #standing: AlertStanding;
  readonly #log: Log;
  readonly #newId: () => string;

  constructor(deps: {
    readonly backend: ChatBackend;
    readonly administrators: Administrators;
    readonly standing: AlertStanding;
    readonly log: Log;
    readonly newId: () => string;
  }) {
    this.#backend = deps.backend;
    this.#administrators = deps.administrators;
    this.#standing = deps.standing;
    this.#log = deps.log;
    this.#newId = deps.newId;
  }

  /** Never rejects. */
  async run({ command, words, asker }: Request): Promise<Answer> {
    try {
      const caller = await this.#callerOf(asker);
      const running = this.#backend.run(command.name, words(), caller);
      return { reply: await within(running, longestMs, `no answer within ${longestMs / 1000} s`) };
    } catch (error) {
      return { problem: problemText(error, command.name, { log: this.#log, newId: this.#newId }) };
    }
  }

  async #callerOf(asker: Asker): Promise<Caller> {
    const { userId, chatId, threadId, isPrivate, isShared } = asker;
    return {
      platform: 'telegram',
      userId,
      chatId,
      ...(threadId !== undefined && { threadId }),
      ...(!isPrivate && !isShared && { communityId: chatId }),
      mayManage: await this.#mayManage(asker),
      obstacle: (where) => this.#standing.obstacle(asker, where),
    };
  }

  /** Who cannot be shown to be an administrator is none. */
  async #mayManage({ chatId, userId, mayManage }: Asker): Promise<boolean> {
    if (mayManage !== undefined) return mayManage;
    try {
      return await this.#administrators.includes(chatId, userId);
    } catch (error) {
      this.#log.warn('administrators not known', { chatId, reason: errorText(error) });
      return false;
    }
  }
}
