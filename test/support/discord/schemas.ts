import {
  type APIActionRowComponent,
  type APIAllowedMentions,
  type APIApplicationCommandOption,
  type APIApplicationCommandOptionChoice,
  type APIButtonComponentWithCustomId,
  type APIButtonComponentWithURL,
  type APIComponentInMessageActionRow,
  type APIEmbed,
  type APIInteractionResponseCallbackData,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ButtonStyle,
  ComponentType,
  MessageFlags,
  type RESTAPIAttachment,
  type RESTAPIMessageReference,
  type RESTPatchAPIWebhookWithTokenMessageJSONBody,
  type RESTPostAPIChannelMessageJSONBody,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
  type RESTPostAPIWebhookWithTokenJSONBody,
} from 'discord-api-types/v10';
import { z } from 'zod';

/** Fields that the API type knows; a field it does not know does not compile, and is refused when it is sent. */
type FieldsOf<Api> = { readonly [Key in keyof Api]?: z.ZodType };

const snowflake = z.string().regex(/^\d{17,20}$/);
const flagsWithin = (allowed: number) =>
  z
    .number()
    .int()
    .refine((flags) => (flags & ~allowed) === 0, `only the flags ${allowed} may be set`);

const pressed = z.strictObject({
  type: z.literal(ComponentType.Button),
  style: z.union(
    [ButtonStyle.Primary, ButtonStyle.Secondary, ButtonStyle.Success, ButtonStyle.Danger].map((style) =>
      z.literal(style),
    ),
  ),
  label: z.string().min(1).max(80),
  custom_id: z.string().min(1).max(100),
  disabled: z.boolean().optional(),
} satisfies FieldsOf<APIButtonComponentWithCustomId>);

/** Opened by the client itself; https://docs.discord.com/developers/components/reference#button */
const opened = z.strictObject({
  type: z.literal(ComponentType.Button),
  style: z.literal(ButtonStyle.Link),
  label: z.string().min(1).max(80),
  url: z.url({ protocol: /^https?$/ }).max(512),
} satisfies FieldsOf<APIButtonComponentWithURL>);

const button = z.union([pressed, opened]);

const row = z.strictObject({
  type: z.literal(ComponentType.ActionRow),
  components: z.array(button).min(1).max(5),
} satisfies FieldsOf<APIActionRowComponent<APIComponentInMessageActionRow>>);

const components = z
  .array(row)
  .max(5)
  .refine((rows) => {
    const ids = rows.flatMap((one) =>
      one.components.flatMap((each) => ('custom_id' in each ? each.custom_id : [])),
    );
    return new Set(ids).size === ids.length;
  }, 'Component custom id cannot be duplicated');

const allowedMentions = z
  .strictObject({
    parse: z.array(z.enum(['roles', 'users', 'everyone'])).optional(),
    roles: z.array(snowflake).max(100).optional(),
    users: z.array(snowflake).max(100).optional(),
    replied_user: z.boolean().optional(),
  } satisfies FieldsOf<APIAllowedMentions>)
  .refine(
    ({ parse = [], roles, users }) =>
      !(roles && parse.includes('roles')) && !(users && parse.includes('users')),
    'parse and a list of ids exclude each other',
  );

const embed = z.strictObject({
  title: z.string().max(256).optional(),
  description: z.string().max(4096).optional(),
  url: z.url().optional(),
  color: z.number().int().min(0).max(0xffffff).optional(),
  timestamp: z.iso.datetime().optional(),
  image: z.strictObject({ url: z.string() }).optional(),
  footer: z.strictObject({ text: z.string().max(2048) }).optional(),
} satisfies FieldsOf<APIEmbed>);

const attachment = z.strictObject({
  id: z.union([snowflake, z.number().int().min(0), z.string().regex(/^\d$/)]).transform(String),
  filename: z.string().min(1).max(260).optional(),
  description: z.string().max(1024).optional(),
} satisfies FieldsOf<RESTAPIAttachment>);

const parts = {
  content: z.string().max(2000),
  embeds: z.array(embed).max(10),
  allowed_mentions: allowedMentions,
  components,
  attachments: z.array(attachment).max(10),
};

const optional = {
  content: parts.content.optional(),
  embeds: parts.embeds.optional(),
  allowed_mentions: parts.allowed_mentions.optional(),
  components: parts.components.optional(),
  attachments: parts.attachments.optional(),
  tts: z.boolean().optional(),
};

const nullable = {
  content: parts.content.nullish(),
  embeds: parts.embeds.nullish(),
  allowed_mentions: parts.allowed_mentions.nullish(),
  components: parts.components.nullish(),
  attachments: parts.attachments.optional(),
};

const { Ephemeral, SuppressEmbeds, SuppressNotifications } = MessageFlags;

const messageReference = z.strictObject({
  message_id: snowflake,
  channel_id: snowflake.optional(),
  guild_id: snowflake.optional(),
  fail_if_not_exists: z.boolean().optional(),
} satisfies FieldsOf<RESTAPIMessageReference>);

export const channelMessage = z
  .strictObject({
    ...optional,
    nonce: z.union([z.string().max(25), z.number().int()]).optional(),
    enforce_nonce: z.boolean().optional(),
    message_reference: messageReference.optional(),
    flags: flagsWithin(SuppressEmbeds | SuppressNotifications).optional(),
  } satisfies FieldsOf<RESTPostAPIChannelMessageJSONBody>)
  .refine(({ nonce, enforce_nonce }) => !enforce_nonce || nonce !== undefined, 'enforce_nonce needs a nonce');

export const followUp = z.strictObject({
  ...optional,
  flags: flagsWithin(Ephemeral | SuppressEmbeds | SuppressNotifications).optional(),
} satisfies FieldsOf<RESTPostAPIWebhookWithTokenJSONBody>);

export const callbackMessage = z.strictObject({
  ...optional,
  flags: flagsWithin(Ephemeral | SuppressEmbeds | SuppressNotifications).optional(),
} satisfies FieldsOf<APIInteractionResponseCallbackData>);

export const messageEdit = z.strictObject({
  ...nullable,
  flags: flagsWithin(SuppressEmbeds).nullish(),
} satisfies FieldsOf<RESTPatchAPIWebhookWithTokenMessageJSONBody>);

export const deferral = z.strictObject({ flags: flagsWithin(Ephemeral).optional() });

const choice = z.strictObject({
  name: z.string().min(1).max(100),
  value: z.union([z.string().max(100), z.number()]),
} satisfies FieldsOf<APIApplicationCommandOptionChoice>);

export const suggestions = z.strictObject({ choices: z.array(choice).max(25) });

const name = z
  .string()
  .regex(/^[-_'\p{L}\p{N}]{1,32}$/u)
  .refine((text) => text === text.toLowerCase(), 'must be lower case');
const description = z.string().min(1).max(100);

const option = z
  .strictObject({
    type: z.union([
      z.literal(ApplicationCommandOptionType.String),
      z.literal(ApplicationCommandOptionType.Role),
    ]),
    name,
    description,
    required: z.boolean().optional(),
    choices: z.array(choice).max(25).optional(),
    autocomplete: z.boolean().optional(),
    min_length: z.number().int().min(0).max(6000).optional(),
    max_length: z.number().int().min(1).max(6000).optional(),
  } satisfies FieldsOf<Extract<APIApplicationCommandOption, { type: ApplicationCommandOptionType.String }>>)
  .refine(({ choices, autocomplete }) => !(choices && autocomplete), 'choices exclude autocomplete')
  .refine(
    ({ type, ...more }) => type === ApplicationCommandOptionType.String || !isText(more),
    'only texts have choices, suggestions and lengths',
  );

const command = z
  .strictObject({
    type: z.literal(ApplicationCommandType.ChatInput).optional(),
    name,
    description,
    options: z.array(option).max(25).optional(),
    contexts: z.array(z.number().int().min(0).max(2)).min(1).optional(),
    integration_types: z.array(z.number().int().min(0).max(1)).min(1).optional(),
    default_member_permissions: z.string().regex(/^\d+$/).nullish(),
    nsfw: z.boolean().optional(),
  } satisfies FieldsOf<RESTPostAPIChatInputApplicationCommandsJSONBody>)
  .refine(({ options = [] }) => isUnique(options.map((one) => one.name)), 'option names must be unique')
  .refine(
    ({ options = [] }) => !options.some(({ required }, i) => required && !options[i - 1]?.required && i > 0),
    'Required options must be placed before non-required options',
  );

export const commandList = z
  .array(command)
  .max(100)
  .refine((list) => isUnique(list.map((one) => one.name)), 'Application command names must be unique');

export type RegisteredCommand = z.output<typeof command>;
export type MessageParts = z.output<typeof channelMessage>;
export type MessageEdit = z.output<typeof messageEdit>;

function isText(option: Readonly<Record<string, unknown>>): boolean {
  return ['choices', 'autocomplete', 'min_length', 'max_length'].some((name) => option[name] !== undefined);
}

function isUnique(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}
