import type { Chat, ChatMemberAdministrator, ChatMemberOwner, Message, User } from 'telegraf/types';
import { badRequest, forbidden } from './refusal.ts';

/** How a bot, or the person it talks to, stands to a chat. `never` is a person who has not started the bot. */
export type Standing =
  | 'member'
  | 'administrator'
  | 'left'
  | 'kicked'
  | 'blocked'
  | 'deactivated'
  | 'never'
  | 'unknown';

type Topic = { readonly name: string; closed: boolean };

/** A chat with its messages, its members and what the bots may do in it. */
export class EmulatedChat {
  readonly chat: Chat;
  readonly messages = new Map<number, Message>();
  readonly topics = new Map<number, Topic>();
  readonly administrators: User[] = [];
  readonly #standings = new Map<number, Standing>();
  owner: User | undefined;
  migratedTo: number | undefined;
  /** What ordinary members, and bots that are no administrators, may send. */
  readonly rights = { text: true, photos: true };

  constructor(chat: Chat) {
    this.chat = chat;
  }

  get id(): number {
    return this.chat.id;
  }

  standingOf(botId: number): Standing {
    return this.#standings.get(botId) ?? 'unknown';
  }

  setStanding(botId: number, standing: Standing): void {
    this.#standings.set(botId, standing);
  }

  /** Whether the bot hears of what is said here at all. */
  isHeardBy(botId: number): boolean {
    return ['member', 'administrator'].includes(this.standingOf(botId));
  }

  /** Refuses with the words of Telegram when the bot may not see or use the chat. */
  checkAccess(botId: number): void {
    const kind = this.chat.type;
    if (this.migratedTo !== undefined) {
      throw badRequest('group chat was upgraded to a supergroup chat', {
        migrate_to_chat_id: this.migratedTo,
      });
    }
    switch (this.standingOf(botId)) {
      case 'blocked':
        throw forbidden('bot was blocked by the user');
      case 'deactivated':
        throw forbidden('user is deactivated');
      case 'never':
        throw forbidden("bot can't initiate conversation with a user");
      case 'kicked':
        throw forbidden(`bot was kicked from the ${kind} chat`);
      case 'left':
        throw forbidden(`bot is not a member of the ${kind} chat`);
      case 'unknown':
        throw badRequest('chat not found');
    }
  }

  /** Refuses when the bot may not send this here. */
  checkSending(botId: number, what: 'text' | 'photos'): void {
    this.checkAccess(botId);
    const isAdministrator = this.standingOf(botId) === 'administrator';
    if (this.chat.type === 'channel' && !isAdministrator) {
      throw badRequest('need administrator rights in the channel chat');
    }
    if (isAdministrator || this.rights[what]) return;
    throw badRequest(`not enough rights to send ${what === 'text' ? 'text messages' : 'photos'} to the chat`);
  }

  checkTopic(threadId: number | undefined): void {
    if (threadId === undefined) return;
    const topic = this.topics.get(threadId);
    if (topic === undefined) throw badRequest('message thread not found');
    if (topic.closed) throw badRequest('TOPIC_CLOSED');
  }

  administratorList(): (ChatMemberOwner | ChatMemberAdministrator)[] {
    if (this.chat.type === 'private') throw badRequest('there are no administrators in the private chat');
    const owner: ChatMemberOwner[] =
      this.owner === undefined ? [] : [{ status: 'creator', user: this.owner, is_anonymous: false }];
    return [...owner, ...this.administrators.map(administrator)];
  }
}

export function administrator(user: User): ChatMemberAdministrator {
  return {
    status: 'administrator',
    user,
    can_be_edited: false,
    is_anonymous: false,
    can_manage_chat: true,
    can_delete_messages: true,
    can_manage_video_chats: true,
    can_restrict_members: true,
    can_promote_members: false,
    can_change_info: true,
    can_invite_users: true,
  };
}
