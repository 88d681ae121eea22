/** Telegram's Bot API as the rest of this folder sees it: plain data, whichever library speaks it. */
export interface BotApi {
  me(signal?: AbortSignal): Promise<BotIdentity>;
  /** Waits up to `waitS` seconds for news; what lies below `offset` counts as seen. */
  updates(
    request: { readonly offset: number; readonly waitS: number },
    signal: AbortSignal,
  ): Promise<readonly unknown[]>;
  setWebhook(webhook: { readonly url: string; readonly secret: string }, signal?: AbortSignal): Promise<void>;
  /** Goes back to polling; what has come meanwhile is kept. */
  deleteWebhook(signal?: AbortSignal): Promise<void>;
  setMenu(scope: MenuScope, entries: readonly MenuEntry[], signal?: AbortSignal): Promise<void>;
  sendText(target: Target, content: TextContent): Promise<SentMessage>;
  sendPhoto(target: Target, content: PhotoContent): Promise<SentMessage>;
  editText(place: MessagePlace, content: TextContent): Promise<SentMessage>;
  editPhoto(place: MessagePlace, content: PhotoContent): Promise<SentMessage>;
  /** The words below a picture, which stays. */
  editCaption(place: MessagePlace, content: TextContent): Promise<SentMessage>;
  /** Shows for five seconds that something is on its way. */
  showActivity(target: Pick<Target, 'chatId' | 'threadId'>): Promise<void>;
  answerPress(id: string, answer: { readonly text?: string; readonly alert?: boolean }): Promise<void>;
  answerSearch(id: string, answer: SearchAnswer): Promise<void>;
  /** User ids of a group's owner and administrators. */
  administrators(chatId: string): Promise<readonly string[]>;
  /** What a member may send to a group or channel. */
  sending(chatId: string, userId: string): Promise<Sending>;
}

export type Sending = { readonly isIn: boolean; readonly texts: boolean; readonly photos: boolean };

export type BotIdentity = { readonly id: string; readonly username: string };

/** https://core.telegram.org/bots/api#botcommandscope */
export type MenuScope = 'default' | 'all_private_chats' | 'all_group_chats' | 'all_chat_administrators';
export type MenuEntry = { readonly command: string; readonly description: string };

/** Rows of buttons; `code` comes back when one is pressed, an address is opened without our knowing. */
export type Keyboard = readonly (readonly KeyboardButton[])[];
export type KeyboardButton = { readonly label: string } & (
  | { readonly code: string }
  | { readonly url: string }
);

export type Target = {
  readonly chatId: string;
  /** Topic of a forum. */
  readonly threadId?: string;
  readonly silent?: boolean;
  /** Message that this one answers, if it is still there. */
  readonly replyTo?: string;
};

/** A message of ours: in a chat we are in, or one that somebody shared anywhere by inline mode. */
export type MessagePlace =
  | { readonly chatId: string; readonly messageId: string }
  | { readonly inlineMessageId: string };

export type Photo = { readonly fileId: string } | { readonly fileName: string; readonly png: Buffer };

export type TextContent = { readonly text: string; readonly keyboard: Keyboard };
export type PhotoContent = { readonly photo: Photo; readonly caption: string; readonly keyboard: Keyboard };

export type SentMessage = {
  /** Absent for messages shared by inline mode. */
  readonly messageId?: string;
  /** The largest size of the photo, as Telegram keeps it. */
  readonly fileId?: string;
};

export type SearchResult = {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly keyboard: Keyboard;
} & ({ readonly fileId: string; readonly caption: string } | { readonly text: string });

export type SearchAnswer = {
  readonly results: readonly SearchResult[];
  /** A line above the results that leads into the private chat, to `/start PARAMETER`. */
  readonly button?: { readonly text: string; readonly startParameter: string };
  readonly cacheS: number;
  /** Whether others who search the same get it, too. */
  readonly personal: boolean;
};

/** What is known of a request that failed: Telegram said no, it cannot have arrived, or nobody can tell. */
export type Reach = 'refused' | 'not-sent' | 'unknown';

type ApiErrorDetails = {
  readonly reach: Reach;
  /** Telegram's error code, which is an HTTP status. */
  readonly code?: number;
  readonly retryAfterS?: number;
  readonly migrateToChatId?: string;
};

/** A request that failed. Holds neither the token nor what was sent. */
export class BotApiError extends Error {
  override readonly name = 'BotApiError';
  readonly description: string;
  readonly reach: Reach;
  readonly code: number | undefined;
  readonly retryAfterS: number | undefined;
  readonly migrateToChatId: string | undefined;

  constructor(method: string, description: string, details: ApiErrorDetails) {
    super(`${method}: ${description}`);
    this.description = description;
    this.reach = details.reach;
    this.code = details.code;
    this.retryAfterS = details.retryAfterS;
    this.migrateToChatId = details.migrateToChatId;
  }
}
