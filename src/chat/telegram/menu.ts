import { createHash } from 'node:crypto';
import type { Command } from '../../../commands/command.ts';
import type { Log } from '../../log.ts';
import type { KeyValue } from '../key-value.ts';
import type { BotApi, MenuEntry, MenuScope } from './bot-api.ts';

type Menu = { readonly scope: MenuScope; readonly entries: readonly MenuEntry[] };

const nameLook = /^[a-z0-9_]{1,32}$/;
const maxEntries = 100;
const maxDescription = 256;

/**
 * The commands as Telegram's menus: https://core.telegram.org/bots/api#setmycommands
 *
 * @throws RangeError for commands that Telegram would not take.
 */
export function menusOf(commands: readonly Command[]): readonly Menu[] {
  const wrong = commands.find(
    ({ name, summary }) => !nameLook.test(name) || summary === '' || summary.length > maxDescription,
  );
  if (wrong !== undefined)
    throw new RangeError(`"${wrong.name}" (${wrong.summary}) is no command for Telegram`);
  if (commands.length > maxEntries)
    throw new RangeError(`${commands.length} commands are too many for a menu`);
  const entries = commands.map(({ name, summary }) => ({ command: name, description: summary }));
  // What is set for a narrower scope wins; setting each of them leaves nothing of an older version in any.
  const scopes = ['default', 'all_private_chats', 'all_group_chats', 'all_chat_administrators'] as const;
  return scopes.map((scope) => ({ scope, entries }));
}

/** Sets the menus if they are others than the last time. */
export async function setMenus(
  menus: readonly Menu[],
  deps: {
    readonly api: BotApi;
    readonly store: KeyValue;
    readonly botId: string;
    readonly log: Log;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { api, store, botId, log, signal } = deps;
  const key = `telegram:menu:${botId}`;
  const hash = createHash('sha256').update(JSON.stringify(menus)).digest('base64url');
  if ((await store.get(key)) === hash) return;
  for (const { scope, entries } of menus) await api.setMenu(scope, entries, signal);
  await store.set(key, hash);
  log.info('menus set', { entries: menus[0]?.entries.length });
}
