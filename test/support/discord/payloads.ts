import {
  type APIAttachment,
  type APIGuildMember,
  type APIMessage,
  type APIUser,
  type ApplicationFlags,
  ButtonStyle,
  ChannelType,
  ComponentType,
  type GatewayGuildCreateDispatchData,
  type GatewayReadyDispatchData,
  type GuildMemberFlags,
  Locale,
  MessageType,
  type RoleFlags,
} from 'discord-api-types/v10';
import type { Attachment, Channel, Message, Server, User, World } from './world.ts';

/** A date that nothing depends on. */
const longAgo = '2026-01-01T00:00:00.000Z';

export function userOf({ isClosed: _, ...user }: User): APIUser {
  return user;
}

export function memberOf(user: User): APIGuildMember & { user: APIUser } {
  return {
    user: userOf(user),
    roles: [],
    joined_at: longAgo,
    deaf: false,
    mute: false,
    flags: 0 as GuildMemberFlags,
  };
}

export function channelOf({ id, name, type, server, people }: Channel): {
  id: string;
  type: ChannelType;
  [key: string]: unknown;
} {
  if (server === undefined)
    return { id, type, flags: 0, last_message_id: null, recipients: people.map(userOf) };
  return {
    id,
    type,
    name,
    guild_id: server.id,
    position: 0,
    permission_overwrites: [],
    nsfw: false,
    flags: 0,
    rate_limit_per_user: 0,
    topic: null,
    parent_id: null,
    last_message_id: null,
  };
}

export function messageOf(message: Message, world: World, origin: string): APIMessage {
  const isBots = message.onlyFor === undefined;
  return {
    id: message.id,
    channel_id: message.channel.id,
    type: MessageType.Default,
    author: userOf(world.bot),
    content: message.content,
    timestamp: longAgo,
    edited_timestamp: message.edits > 0 ? longAgo : null,
    tts: false,
    mention_everyone: false,
    mentions: [],
    mention_roles: [],
    attachments: message.attachments.map((one) => attachmentOf(one, message, origin)),
    embeds: [],
    components: message.rows.map((row) => ({
      type: ComponentType.ActionRow as const,
      components: row.map(({ label, custom_id, url }) => ({
        type: ComponentType.Button as const,
        label,
        ...(url === undefined
          ? { style: ButtonStyle.Secondary as const, custom_id }
          : { style: ButtonStyle.Link as const, url }),
      })),
    })),
    pinned: false,
    flags: message.flags | (message.isLoading ? 128 : 0),
    application_id: world.applicationId,
    ...(message.nonce !== undefined && { nonce: message.nonce }),
    ...(isBots ? {} : { webhook_id: world.applicationId }),
  };
}

function attachmentOf(
  { id, filename, description, data, width, height }: Attachment,
  message: Message,
  origin: string,
): APIAttachment {
  const url = `${origin}/attachments/${message.channel.id}/${id}/${filename}`;
  return {
    id,
    filename,
    size: data.length,
    url,
    proxy_url: url,
    ...(description !== undefined && { description }),
    ...(width !== undefined && height !== undefined && { width, height, content_type: 'image/png' }),
  };
}

export function readyOf(
  world: World,
  session: {
    readonly id: string;
    readonly resumeUrl: string;
    readonly shard: [number, number];
    readonly servers: readonly Server[];
  },
): GatewayReadyDispatchData {
  return {
    v: 10,
    user: userOf(world.bot),
    guilds: session.servers.map(({ id }) => ({ id, unavailable: true })),
    session_id: session.id,
    resume_gateway_url: session.resumeUrl,
    shard: session.shard,
    application: { id: world.applicationId, flags: 0 as ApplicationFlags, flags_new: '0' },
  };
}

export function serverOf(server: Server, world: World): GatewayGuildCreateDispatchData {
  return {
    id: server.id,
    name: server.name,
    icon: null,
    splash: null,
    discovery_splash: null,
    owner_id: server.owner.id,
    afk_channel_id: null,
    afk_timeout: 300,
    verification_level: 0,
    default_message_notifications: 1,
    explicit_content_filter: 0,
    roles: [
      {
        id: server.id,
        name: '@everyone',
        color: 0,
        colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
        hoist: false,
        position: 0,
        permissions: `${server.botPermissions ?? 0n}`,
        managed: false,
        mentionable: false,
        flags: 0 as RoleFlags,
      },
    ],
    emojis: [],
    features: [],
    mfa_level: 0,
    application_id: null,
    system_channel_id: null,
    system_channel_flags: 0 as GatewayGuildCreateDispatchData['system_channel_flags'],
    rules_channel_id: null,
    vanity_url_code: null,
    description: null,
    banner: null,
    premium_tier: 0,
    preferred_locale: Locale.EnglishUS,
    public_updates_channel_id: null,
    nsfw_level: 0,
    premium_progress_bar_enabled: false,
    hub_type: null,
    safety_alerts_channel_id: null,
    incidents_data: null,
    joined_at: longAgo,
    large: false,
    member_count: server.members.size + 1,
    voice_states: [],
    members: [memberOf(world.bot)],
    channels: server.channels
      .filter(({ type }) => type === ChannelType.GuildText)
      .map((channel) => channelOf(channel) as unknown as GatewayGuildCreateDispatchData['channels'][number]),
    threads: [],
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}
