import { texts } from '../../commands/texts.ts';
import type { AlertChannel } from '../alerts/channel.ts';
import { alertSettingsSchema } from '../alerts/settings.ts';
import { dayMs } from '../core/durations.ts';
import { errorText } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import type { Destination } from '../store/subscriptions.ts';

type Deps = {
  readonly store: Store;
  readonly log: Log;
  readonly nowMs: () => number;
  /** The platform's way to people, once there is one. */
  readonly channel: () => AlertChannel | undefined;
};

/** Ends the subscriptions of a place that takes nothing any more, and tells once whoever had subscribed it. */
export async function endDeadChat(to: Destination, reason: string, deps: Deps): Promise<void> {
  const { store, log } = deps;
  const { platform, chatId, threadId } = to;
  const subscriptions = store.subscriptions(alertSettingsSchema);
  try {
    const count = await subscriptions.breakChat(to, reason);
    log.info('a chat takes nothing any more', { platform, chatId, threadId, reason, subscriptions: count });
    if (count === 0) return;
    const broken = await subscriptions.list({ platform, chatId, state: 'broken' });
    const ended = broken.filter((one) => threadId === undefined || one.threadId === threadId);
    // Whoever cannot be written to cannot be told either.
    const owners = ended.flatMap(({ createdBy }) => (createdBy === chatId ? [] : (createdBy ?? [])));
    const symbols = [...new Set(ended.flatMap(({ settings }) => settings.symbols))];
    for (const owner of new Set(owners)) await tell(owner, { to, reason, symbols }, deps);
  } catch (error) {
    log.error('a dead chat could not be noted', { platform, chatId, reason: errorText(error) });
  }
}

type Ended = { readonly to: Destination; readonly reason: string; readonly symbols: readonly string[] };

async function tell(
  owner: string,
  { to, reason, symbols }: Ended,
  { channel, log, nowMs }: Deps,
): Promise<void> {
  const { platform, chatId } = to;
  const place =
    platform === 'discord'
      ? texts.chat.discord.place(to.communityId, chatId)
      : platform === 'web'
        ? texts.chat.web.place
        : texts.chat.telegram.place(chatId);
  const sent = await channel()?.send(
    {
      key: `dead/${chatId}/${to.threadId ?? ''}/${nowMs()}`,
      symbol: symbols[0] ?? '',
      to: { platform, chatId: owner },
      text: texts.chat.ended(symbols, place, reason),
      silent: false,
      isNotice: true,
      expiresMs: nowMs() + dayMs,
    },
    { leave: async () => undefined, callBack: async () => undefined },
  );
  log.info('told whoever had subscribed', { platform, owner, outcome: sent?.kind ?? 'nobody here to tell' });
}
