import { type Database, writing } from './database.ts';

export type ForgetReport = {
  /** Rows that are gone. */
  readonly deleted: number;
  /** Subscriptions of communities that stay, without a word of who made them. */
  readonly unsigned: number;
};

/**
 * Gives all that belongs to a chat to another of the same platform, or nothing of it: a Telegram group gets a new id
 * when it becomes a supergroup. Settings the new chat already has stay.
 */
export function moveChat(
  db: Database,
  platform: string,
  { fromChatId, toChatId }: { readonly fromChatId: string; readonly toChatId: string },
): Promise<void> {
  if (fromChatId === toChatId) return Promise.resolve();
  return writing(db, async (tx) => {
    for (const column of ['chat_id', 'community_id'] as const) {
      await tx
        .updateTable('subscriptions')
        .set({ [column]: toChatId })
        .where('platform', '=', platform)
        .where(column, '=', fromChatId)
        .execute();
    }
    for (const kind of ['chat', 'community'])
      await moveSettings(tx, { platform, kind }, { fromChatId, toChatId });
  });
}

async function moveSettings(
  tx: Database,
  { platform, kind }: { readonly platform: string; readonly kind: string },
  { fromChatId, toChatId }: { readonly fromChatId: string; readonly toChatId: string },
): Promise<void> {
  const old = await tx
    .deleteFrom('settings')
    .where('platform', '=', platform)
    .where('kind', '=', kind)
    .where('id', '=', fromChatId)
    .returningAll()
    .executeTakeFirst();
  if (!old) return;
  await tx
    .insertInto('settings')
    .values({ ...old, id: toChatId })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Deletes what is stored of a server or group that we are no member of any more. Returns how many rows that were. */
export function leaveCommunity(
  db: Database,
  { platform, communityId }: { readonly platform: string; readonly communityId: string },
): Promise<number> {
  return writing(db, async (tx) => {
    const settings = await tx
      .deleteFrom('settings')
      .where('platform', '=', platform)
      .where('kind', '=', 'community')
      .where('id', '=', communityId)
      .executeTakeFirst();
    const subscribed = await tx
      .deleteFrom('subscriptions')
      .where('platform', '=', platform)
      .where('community_id', '=', communityId)
      .executeTakeFirst();
    return Number(settings.numDeletedRows + subscribed.numDeletedRows);
  });
}

/**
 * Deletes what is stored about a user: own settings, and what was subscribed to in private, with its alerts. What a
 * user subscribed a community to stays, unsigned.
 */
export function forget(
  db: Database,
  { platform, userId }: { readonly platform: string; readonly userId: string },
): Promise<ForgetReport> {
  return writing(db, async (tx) => {
    const settings = await tx
      .deleteFrom('settings')
      .where('platform', '=', platform)
      // A private chat on Telegram has its user's id.
      .where('kind', 'in', ['user', 'chat'])
      .where('id', '=', userId)
      .executeTakeFirst();
    const inPrivate = await tx
      .deleteFrom('subscriptions')
      .where('platform', '=', platform)
      .where('community_id', 'is', null)
      .where(({ or, eb }) => or([eb('created_by', '=', userId), eb('chat_id', '=', userId)]))
      .executeTakeFirst();
    const { numUpdatedRows } = await tx
      .updateTable('subscriptions')
      .set({ created_by: null })
      .where('platform', '=', platform)
      .where('created_by', '=', userId)
      .executeTakeFirst();
    return {
      deleted: Number(settings.numDeletedRows + inPrivate.numDeletedRows),
      unsigned: Number(numUpdatedRows),
    };
  });
}
