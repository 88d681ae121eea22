import { UserError } from '../src/errors.ts';
import type { Destination } from '../src/store/subscriptions.ts';
import { alertTexts as texts } from './alert-texts.ts';
import type { Caller } from './command.ts';

export type AlertPlace = { readonly to: Destination; readonly where: 'here' | 'direct' };

/**
 * Where alerts are spoken of: the channel, topic or group, or the private chat with the asker. A private chat has its
 * person's id on every platform.
 *
 * @throws UserError where we are no member, and for who speaks in the name of a chat
 */
export function alertPlace(caller: Caller, where: 'here' | 'dm' | undefined): AlertPlace {
  const { platform, userId, chatId, threadId, communityId, mayManage } = caller;
  if (communityId === undefined && !mayManage && where !== 'dm') throw new UserError(texts.noMember);
  if (communityId === undefined || where === 'dm') {
    if (communityId === userId) throw new UserError(texts.noPerson);
    return { to: { platform, chatId: userId }, where: 'direct' };
  }
  const to = { platform, communityId, chatId, ...(threadId !== undefined && { threadId }) };
  return { to, where: 'here' };
}

/** @throws UserError unless the caller may change the alerts of the place; anybody may change their own */
export function checkMayManage({ mayManage }: Caller, { where }: AlertPlace): void {
  if (where === 'here' && !mayManage) throw new UserError(texts.notAllowed);
}

/** @throws UserError that names what keeps us from sending there, before anybody relies on it */
export async function checkMaySend({ obstacle }: Caller, { where }: AlertPlace): Promise<void> {
  const text = await obstacle?.(where);
  if (text !== undefined) throw new UserError(text);
}
