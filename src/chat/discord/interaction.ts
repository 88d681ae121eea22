import { z } from 'zod';
import type { Caller, Words } from '../../../commands/command.ts';
import { texts } from '../../../commands/texts.ts';

/** What a first answer and all later ones are addressed with. */
export type Ticket = { readonly id: string; readonly applicationId: string; readonly token: string };

export type Interaction = { readonly ticket: Ticket; readonly caller: Caller } & (
  | { readonly kind: 'command'; readonly command: string; readonly words: Words }
  | { readonly kind: 'press'; readonly customId: string }
  | { readonly kind: 'typing'; readonly command: string; readonly parameter: string; readonly typed: string }
);

const types = { command: 2, component: 3, typing: 4 } as const;
const chatInput = 1;
const button = 2;
/** https://docs.discord.com/developers/topics/permissions */
const administrator = 1n << 3n;
const manageGuild = 1n << 5n;
/** Of news, public and private. */
const threadTypes = [10, 11, 12];
/** A chat with the bot alone; the other kinds are a server (0) and somebody else's private chat (2). */
const botDirectMessage = 1;

const id = z.string().regex(/^\d{17,20}$/);
const permissions = z
  .string()
  .regex(/^\d{1,40}$/)
  .transform(BigInt);
const person = z.object({ id });
const option = z.object({
  name: z.string(),
  value: z.union([z.string(), z.number(), z.boolean()]).transform(String).optional(),
  focused: z.boolean().optional(),
});
const commandData = z.object({
  type: z.literal(chatInput),
  name: z.string(),
  options: z.array(option).default([]),
});

const sender = {
  id,
  application_id: id,
  token: z.string().min(1),
  channel_id: id,
  guild_id: id.optional(),
  member: z.object({ user: person, permissions }).optional(),
  user: person.optional(),
  context: z.number().optional(),
  app_permissions: permissions.optional(),
  channel: z.object({ type: z.number() }).optional(),
  authorizing_integration_owners: z.record(z.string(), z.string()).default({}),
};

/** https://docs.discord.com/developers/interactions/receiving-and-responding, as far as it is read here. */
const schema = z.discriminatedUnion('type', [
  z.object({ ...sender, type: z.literal(types.command), data: commandData }),
  z.object({ ...sender, type: z.literal(types.typing), data: commandData }),
  z.object({
    ...sender,
    type: z.literal(types.component),
    data: z.object({ component_type: z.literal(button), custom_id: z.string() }),
  }),
]);

type Payload = z.output<typeof schema>;

/** Reads what the gateway says of an interaction. Throws an error for whatever is none of the kinds we offer. */
export function parseInteraction(payload: unknown): Interaction {
  const parsed = schema.safeParse(payload);
  if (!parsed.success) throw new Error(`unreadable interaction: ${z.prettifyError(parsed.error)}`);
  const { data: given } = parsed;
  const who = {
    ticket: { id: given.id, applicationId: given.application_id, token: given.token },
    caller: callerOf(given),
  };
  if (given.type === types.component) return { ...who, kind: 'press', customId: given.data.custom_id };
  const { name: command, options } = given.data;
  if (given.type === types.command) return { ...who, kind: 'command', command, words: wordsOf(options) };
  const focused = options.find((one) => one.focused);
  return { ...who, kind: 'typing', command, parameter: focused?.name ?? '', typed: focused?.value ?? '' };
}

function callerOf(given: Payload): Caller {
  const userId = given.member?.user.id ?? given.user?.id;
  if (userId === undefined) throw new Error('unreadable interaction: nobody sent it');
  const { guild_id: serverId, authorizing_integration_owners: installedBy } = given;
  // Where only the asker brought us along we are no member, so there is no server to have settings for.
  const communityId = installedBy['0'] === serverId ? serverId : undefined;
  const lacking = communityId === undefined ? [] : lackingFor(given);
  const mayManageServer = ((given.member?.permissions ?? 0n) & (administrator | manageGuild)) !== 0n;
  return {
    platform: 'discord',
    userId,
    chatId: given.channel_id,
    ...(communityId !== undefined && { communityId }),
    mayManage: communityId === undefined ? given.context === botDirectMessage : mayManageServer,
    ...(lacking.length > 0 && {
      obstacle: async (where) => (where === 'here' ? texts.chat.discord.lacking(lacking) : undefined),
    }),
  };
}

/** What we may not do in the channel although messages with pictures need it. */
function lackingFor({ app_permissions: own, channel }: Payload): readonly string[] {
  if (own === undefined || (own & administrator) !== 0n) return [];
  const { view, send, sendInThreads, attach } = texts.chat.discord.permissions;
  const isThread = threadTypes.includes(channel?.type ?? -1);
  const needed: readonly (readonly [bigint, string])[] = [
    [1n << 10n, view],
    isThread ? [1n << 38n, sendInThreads] : [1n << 11n, send],
    [1n << 15n, attach],
  ];
  return needed.flatMap(([permission, name]) => ((own & permission) === 0n ? [name] : []));
}

function wordsOf(options: readonly z.output<typeof option>[]): Words {
  return Object.fromEntries(options.map(({ name, value }) => [name, value]));
}
