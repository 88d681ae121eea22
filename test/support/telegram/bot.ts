import type { BotCommand, BotCommandScope, UserFromGetMe } from 'telegraf/types';
import { UpdateQueue } from './update-queue.ts';

export type Webhook = { readonly url: string; readonly secret: string | undefined; lastError?: string };

/** A bot's account: what it is called, what waits for it, what it has set. */
export class EmulatedBot {
  readonly token: string;
  readonly user: UserFromGetMe;
  readonly updates = new UpdateQueue();
  webhook: Webhook | undefined;
  readonly #menus = new Map<string, readonly BotCommand[]>();

  constructor(options: { readonly id: number; readonly username: string }) {
    const { id, username } = options;
    this.token = `${id}:${'EmulatedBotTokenThatNobodyUses'.padEnd(34, '0')}${id % 10}`;
    this.user = {
      id,
      is_bot: true,
      first_name: username,
      username,
      can_join_groups: true,
      can_read_all_group_messages: false,
      supports_inline_queries: true,
    };
  }

  get id(): number {
    return this.user.id;
  }

  setMenu(
    scope: BotCommandScope | undefined,
    language: string | undefined,
    menu: readonly BotCommand[],
  ): void {
    this.#menus.set(menuKey(scope, language), menu);
  }

  menu(scope?: BotCommandScope, language?: string): readonly BotCommand[] {
    return this.#menus.get(menuKey(scope, language)) ?? [];
  }
}

function menuKey(scope: BotCommandScope = { type: 'default' }, language = ''): string {
  return JSON.stringify([scope, language]);
}
