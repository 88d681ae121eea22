import {
  type APIBaseInteraction,
  ApplicationCommandOptionType,
  ChannelType,
  ComponentType,
  InteractionContextType,
  InteractionType,
  Locale,
} from 'discord-api-types/v10';
import type { Discord } from './discord.ts';
import type { Interaction } from './interactions.ts';
import { channelOf, memberOf, messageOf, userOf } from './payloads.ts';
import type { Button, Channel, Message, User } from './world.ts';

type Words = Readonly<Record<string, string>>;

/** What came of something that a person did. */
export type Asked = {
  readonly interaction: Interaction;
  /** Milliseconds until the first answer. */
  accepted(): Promise<number>;
  /** The message in place of which nobody is thinking any more. */
  answer(): Promise<Message>;
  /** The first message that only this person can see. */
  whisper(): Promise<Message>;
  suggestions(): Promise<readonly string[]>;
};

/** Somebody with a client of the real service: it offers only what there is. */
export class Person {
  readonly user: User;
  readonly #discord: Discord;

  constructor(discord: Discord, user: User) {
    this.#discord = discord;
    this.user = user;
  }

  /** What this person sees in a channel. */
  sees(channel: Channel): readonly Message[] {
    return channel.messages.filter(({ onlyFor }) => onlyFor === undefined || onlyFor === this.user);
  }

  slash(channel: Channel, name: string, words: Words = {}): Asked {
    const { options = [] } = this.#command(name);
    for (const { name: option, required, choices } of options) {
      const word = words[option];
      if (required && word === undefined) throw new Error(`/${name} is not sent without ${option}`);
      const isOffered = word === undefined || !choices || choices.some(({ value }) => value === word);
      if (!isOffered) throw new Error(`/${name} does not offer ${option} ${word}`);
    }
    return this.#send({ channel, type: InteractionType.ApplicationCommand }, this.#commandData(name, words));
  }

  /** What is offered while `focused` is being typed. */
  type(channel: Channel, name: string, { words = {}, focused }: { words?: Words; focused: string }): Asked {
    const option = this.#command(name).options?.find((one) => one.name === focused);
    if (!option?.autocomplete) throw new Error(`/${name} ${focused} offers nothing while one types`);
    const data = this.#commandData(name, words, focused);
    return this.#send({ channel, type: InteractionType.ApplicationCommandAutocomplete }, data);
  }

  press(message: Message, label: string): Asked {
    if (!this.sees(message.channel).includes(message))
      throw new Error(`${this.user.username} does not see this`);
    const button = message.rows.flat().find((one) => one.label === label);
    if (button === undefined || button.disabled) throw new Error(`no button "${label}" to press`);
    return this.pressCode(message, button);
  }

  /** Presses a button with any code, as a forged client could. */
  pressCode(message: Message, { custom_id }: Pick<Button, 'custom_id'>): Asked {
    const { channel } = message;
    const data = { component_type: ComponentType.Button, custom_id, id: 1 };
    return this.#send({ channel, type: InteractionType.MessageComponent, original: message }, data);
  }

  #command(name: string) {
    const command = this.#discord.world.commands.find((one) => one.name === name);
    if (command === undefined) throw new Error(`there is no /${name}`);
    return command;
  }

  #commandData(name: string, words: Words, focused?: string): object {
    const values = focused === undefined ? words : { [focused]: '', ...words };
    const options = Object.entries(values).map(([option, value]) => ({
      name: option,
      type: ApplicationCommandOptionType.String,
      value,
      ...(option === focused && { focused: true }),
    }));
    return { id: this.#discord.world.applicationId, name, type: 1, options };
  }

  #send(asked: Pick<Interaction, 'channel' | 'type' | 'original'>, data: object): Asked {
    const { interactions, gateway } = this.#discord;
    const interaction = interactions.open({ ...asked, user: this.user });
    gateway.dispatch('INTERACTION_CREATE', this.#payload(interaction, data), asked.channel.server);
    return this.#outcome(interaction);
  }

  #payload(
    { id, token, type, channel, original }: Interaction,
    data: object,
  ): APIBaseInteraction<InteractionType, object> {
    const { world, origin } = this.#discord;
    return {
      id,
      token,
      type,
      version: 1,
      application_id: world.applicationId,
      channel_id: channel.id,
      channel: channelOf(channel) as APIBaseInteraction<InteractionType, object>['channel'] & object,
      data,
      ...(original && { message: messageOf(original, world, origin) }),
      ...this.#place(channel),
      app_permissions: `${world.botPermissionsIn(channel) ?? 0n}`,
      locale: Locale.EnglishUS,
      entitlements: [],
      attachment_size_limit: 10 * 2 ** 20,
    };
  }

  #place(
    channel: Channel,
  ): Pick<
    APIBaseInteraction<InteractionType, object>,
    'guild_id' | 'guild' | 'guild_locale' | 'member' | 'user' | 'context' | 'authorizing_integration_owners'
  > {
    const { server } = channel;
    const byUser = { 1: this.user.id };
    if (server === undefined) {
      const isOwn = channel.type === ChannelType.DM;
      return {
        user: userOf(this.user),
        context: isOwn ? InteractionContextType.BotDM : InteractionContextType.PrivateChannel,
        authorizing_integration_owners: isOwn ? { 0: '0' } : byUser,
      };
    }
    const permissions = server.members.get(this.user);
    if (permissions === undefined) throw new Error(`${this.user.username} is not in ${server.name}`);
    return {
      guild_id: server.id,
      guild: { id: server.id, features: [], locale: Locale.EnglishUS },
      guild_locale: Locale.EnglishUS,
      member: { ...memberOf(this.user), permissions: `${permissions}` },
      context: InteractionContextType.Guild,
      authorizing_integration_owners: server.botPermissions === undefined ? byUser : { 0: server.id },
    };
  }

  #outcome(interaction: Interaction): Asked {
    const { until } = this.#discord;
    const before = new Set(interaction.channel.messages);
    const edits = interaction.original?.edits ?? -1;
    const isMine = ({ onlyFor }: Message) => onlyFor === this.user;
    return {
      interaction,
      accepted: async () =>
        (await until('a first answer', () => interaction.acceptedMs)) - interaction.sentMs,
      answer: () =>
        until('an answer', () => {
          const { original } = interaction;
          return original && !original.isLoading && original.edits > edits ? original : undefined;
        }),
      whisper: () =>
        until('a whisper', () =>
          interaction.channel.messages.find((one) => isMine(one) && !before.has(one) && !one.isLoading),
        ),
      suggestions: async () =>
        (await until('suggestions', () => interaction.suggested)).map(({ value }) => String(value)),
    };
  }
}
