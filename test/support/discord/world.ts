import { type APIUser, ChannelType, PermissionFlagsBits as Permissions } from 'discord-api-types/v10';
import { Codes, refusal } from './refusal.ts';
import type { RegisteredCommand } from './schemas.ts';

export { Permissions };

export type User = APIUser & {
  /** Takes no direct messages. */
  isClosed: boolean;
};

export type Attachment = {
  readonly id: string;
  readonly filename: string;
  readonly description?: string | undefined;
  readonly data: Buffer;
  readonly width?: number;
  readonly height?: number;
};

export type Button = {
  readonly label: string;
  /** Empty for one that the client opens by itself. */
  readonly custom_id: string;
  readonly url?: string;
  readonly disabled?: boolean | undefined;
};

export type Message = {
  readonly id: string;
  readonly channel: Channel;
  content: string;
  attachments: readonly Attachment[];
  rows: readonly (readonly Button[])[];
  flags: number;
  /** The only one who can see it. */
  readonly onlyFor?: User | undefined;
  readonly nonce?: string | number | undefined;
  /** The message that this one answers. */
  readonly answers?: Message | undefined;
  allowedMentions?: unknown;
  /** "The app is thinking". */
  isLoading: boolean;
  edits: number;
};

export type Channel = {
  readonly id: string;
  readonly name: string;
  readonly type: ChannelType.GuildText | ChannelType.PublicThread | ChannelType.DM | ChannelType.GroupDM;
  readonly server?: Server | undefined;
  readonly people: readonly User[];
  /** What the bot may not do here although it may elsewhere in the server. */
  denied: bigint;
  readonly messages: Message[];
};

export type Server = {
  readonly id: string;
  readonly name: string;
  readonly owner: User;
  readonly members: Map<User, bigint>;
  readonly channels: Channel[];
  /** Undefined where the bot is no member. */
  botPermissions: bigint | undefined;
};

const discordEpochMs = 1_420_070_400_000;
const everyday =
  Permissions.ViewChannel |
  Permissions.SendMessages |
  Permissions.AttachFiles |
  Permissions.ReadMessageHistory;

/** Everything that stands on the real service's side: people, servers, channels, messages, commands. */
export class World {
  readonly bot: User;
  readonly applicationId: string;
  readonly servers: Server[] = [];
  readonly users: User[] = [];
  readonly channels = new Map<string, Channel>();
  commands: readonly RegisteredCommand[] = [];
  /** Moves on its own unless a test sets it. */
  nowMs: () => number;
  #count = 0;

  constructor(nowMs: () => number) {
    this.nowMs = nowMs;
    this.applicationId = this.nextId();
    this.bot = { ...this.#newUser('liqmap', this.applicationId), bot: true };
  }

  /** Ids sort by time, as the real ones. */
  nextId(): string {
    this.#count += 1;
    return String((BigInt(Math.floor(this.nowMs()) - discordEpochMs) << 22n) + BigInt(this.#count % 2 ** 22));
  }

  addUser(name: string): User {
    const user = this.#newUser(name, this.nextId());
    this.users.push(user);
    return user;
  }

  addServer(name: string, { channels, botPermissions }: ServerOptions): Server {
    const owner = this.addUser(`owner of ${name}`);
    const server: Server = {
      id: this.nextId(),
      name,
      owner,
      members: new Map([[owner, everyday | Permissions.Administrator]]),
      channels: [],
      botPermissions: botPermissions === null ? undefined : (botPermissions ?? everyday),
    };
    this.servers.push(server);
    for (const channel of channels) this.addChannel(channel, { type: ChannelType.GuildText, server });
    return server;
  }

  addChannel(name: string, kind: Pick<Channel, 'type' | 'server'> & { people?: readonly User[] }): Channel {
    const channel = { id: this.nextId(), name, people: [], denied: 0n, messages: [], ...kind };
    kind.server?.channels.push(channel);
    this.channels.set(channel.id, channel);
    return channel;
  }

  /** The channel between the bot and somebody. */
  directChannel(user: User): Channel {
    const isTheirs = ({ type, people }: Channel) => type === ChannelType.DM && people.includes(user);
    const known = [...this.channels.values()].find(isTheirs);
    return known ?? this.addChannel(user.username, { type: ChannelType.DM, people: [user] });
  }

  /** What the bot may do in a channel; undefined where it is not. */
  botPermissionsIn({ server, denied }: Channel): bigint | undefined {
    if (server === undefined) return everyday & ~denied;
    return server.botPermissions === undefined ? undefined : server.botPermissions & ~denied;
  }

  /** Refuses unless the bot may post there, with files or without. */
  checkPosting(channel: Channel, withFiles: boolean): void {
    const [recipient] = channel.people;
    if (channel.type === ChannelType.DM && recipient?.isClosed)
      throw refusal(Codes.CannotSendMessagesToThisUser);
    const own = this.botPermissionsIn(channel);
    if (own === undefined || (own & Permissions.ViewChannel) === 0n) throw refusal(Codes.MissingAccess);
    const isThread = channel.type === ChannelType.PublicThread;
    const needed =
      (isThread ? Permissions.SendMessagesInThreads : Permissions.SendMessages) |
      (withFiles ? Permissions.AttachFiles : 0n);
    if ((own & needed) !== needed) throw refusal(Codes.MissingPermissions);
  }

  channel(id: string): Channel {
    const channel = this.channels.get(id);
    if (channel === undefined) throw refusal(Codes.UnknownChannel);
    return channel;
  }

  message(channel: Channel, id: string): Message {
    const message = channel.messages.find((one) => one.id === id);
    if (message === undefined) throw refusal(Codes.UnknownMessage);
    return message;
  }

  remove(message: Message): void {
    const { messages } = message.channel;
    messages.splice(messages.indexOf(message), 1);
  }

  #newUser(username: string, id: string): User {
    return { id, username, discriminator: '0', global_name: username, avatar: null, isClosed: false };
  }
}

export type ServerOptions = {
  readonly channels: readonly string[];
  /** Null: the bot is no member. */
  readonly botPermissions?: bigint | null;
};
