import { BotApiError } from './bot-api.ts';

/** What a failed request to send or edit means for what comes next. */
export type Failure =
  /** Too many requests: nothing more before this time has passed. */
  | { readonly kind: 'flood'; readonly waitMs: number }
  /** The group lives on under another id. */
  | { readonly kind: 'moved'; readonly toChatId: string }
  /** The chat, or the topic of a forum, takes nothing any more. */
  | { readonly kind: 'dead'; readonly what: 'chat' | 'topic'; readonly reason: string }
  /** Surely not done, and may work in a while. */
  | { readonly kind: 'later'; readonly reason: string }
  /** Nobody can tell whether it was done. */
  | { readonly kind: 'unknown'; readonly reason: string }
  /** The chat takes texts but no pictures. */
  | { readonly kind: 'no-photos'; readonly reason: string }
  /** The file id is not, or no longer, known. */
  | { readonly kind: 'lost-file'; readonly reason: string }
  /** An edit that changes nothing: what was wanted is there. */
  | { readonly kind: 'unchanged' }
  /** The message is gone, or cannot be given this content. */
  | { readonly kind: 'uneditable'; readonly reason: string }
  /** A request that Telegram will never take: a defect of ours. */
  | { readonly kind: 'refused'; readonly reason: string };

/** A flood without a time to wait. */
const defaultWaitMs = 5_000;

/** Descriptions of 400 answers: td/telegram/MessagesManager.cpp and telegram-bot-api/Client.cpp of github.com/tdlib. */
const descriptions: readonly (readonly [Failure['kind'], RegExp])[] = [
  ['unchanged', /message is not modified/i],
  ['no-photos', /not enough rights to send photos|CHAT_SEND_(PHOTOS|MEDIA)_FORBIDDEN/i],
  ['lost-file', /wrong (remote )?file.?(identifier|id)|invalid file_id|FILE_REFERENCE_|MEDIA_EMPTY/i],
  ['uneditable', /message to edit not found|message can't be edited|there is no \w+ in the message to edit/i],
  ['uneditable', /MESSAGE_ID_INVALID|invalid inline message identifier/i],
];
const deadTopic = /message thread not found|TOPIC_(CLOSED|DELETED)/i;
const deadChat =
  /chat not found|need administrator rights|not enough rights to send|have no rights to send|group chat was deactivated|CHAT_(WRITE_FORBIDDEN|ADMIN_REQUIRED|RESTRICTED)|PEER_ID_INVALID/i;

/** Throws what is no failure of the Bot API, for that is a defect of ours. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof BotApiError)) throw error;
  const { reach, code, description: reason } = error;
  if (reach === 'not-sent') return { kind: 'later', reason };
  if (reach === 'unknown') return { kind: 'unknown', reason };
  if (code === 429) return { kind: 'flood', waitMs: waitMsOf(error) };
  if (error.migrateToChatId !== undefined) return { kind: 'moved', toChatId: error.migrateToChatId };
  // A gateway that gave up waiting says nothing about what happened behind it.
  if (code === 504) return { kind: 'unknown', reason: `${code} ${reason}` };
  if (code === undefined || code >= 500) return { kind: 'later', reason: `${code} ${reason}` };
  const known = descriptions.find(([, look]) => look.test(reason));
  if (known !== undefined) return { kind: known[0], reason } as Failure;
  if (deadTopic.test(reason)) return { kind: 'dead', what: 'topic', reason };
  if (code === 403 || deadChat.test(reason)) return { kind: 'dead', what: 'chat', reason };
  return { kind: 'refused', reason: `${code} ${reason}` };
}

function waitMsOf({ retryAfterS }: BotApiError): number {
  return retryAfterS === undefined ? defaultWaitMs : retryAfterS * 1000;
}
