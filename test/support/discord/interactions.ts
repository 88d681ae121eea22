import { InteractionType, MessageFlags, InteractionResponseType as Responses } from 'discord-api-types/v10';
import { edit, post } from './posting.ts';
import { badForm, Codes, check, refusal } from './refusal.ts';
import { callbackMessage, deferral, followUp, messageEdit, suggestions } from './schemas.ts';
import type { Incoming } from './wire.ts';
import type { Channel, Message, User, World } from './world.ts';

/** One interaction and what became of it. */
export type Interaction = {
  readonly id: string;
  readonly token: string;
  readonly type: InteractionType;
  readonly user: User;
  readonly channel: Channel;
  readonly sentMs: number;
  /** Set once, with the first answer. */
  acceptedMs?: number;
  acceptedAs?: Responses;
  /** The message that `@original` stands for. */
  original?: Message | undefined;
  readonly followUps: Message[];
  suggested?: readonly { readonly name: string; readonly value: string | number }[];
};

const firstAnswerMs = 3_000;
const tokenMs = 15 * 60_000;
/** Where the bot is no member of the server. */
const maxFollowUps = 5;

const { ApplicationCommand, ApplicationCommandAutocomplete, MessageComponent } = InteractionType;
const messageAnswers = [Responses.ChannelMessageWithSource, Responses.DeferredChannelMessageWithSource];
const allowed: Readonly<Partial<Record<InteractionType, readonly Responses[]>>> = {
  [ApplicationCommand]: messageAnswers,
  [MessageComponent]: [...messageAnswers, Responses.DeferredMessageUpdate, Responses.UpdateMessage],
  [ApplicationCommandAutocomplete]: [Responses.ApplicationCommandAutocompleteResult],
};

/** The life of interactions: accepted once and in time, then filled in with their token. */
export class Interactions {
  readonly all: Interaction[] = [];
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  open(asked: Pick<Interaction, 'type' | 'user' | 'channel' | 'original'>): Interaction {
    const id = this.#world.nextId();
    const token = Buffer.from(`interaction:${id}:${asked.user.id}`).toString('base64url');
    const interaction = { ...asked, id, token, sentMs: this.#world.nowMs(), followUps: [] };
    this.all.push(interaction);
    return interaction;
  }

  /** POST /interactions/:id/:token/callback */
  accept(id: string, token: string, { json, files }: Incoming): Interaction {
    const interaction = this.all.find((one) => one.id === id && one.token === token);
    if (interaction === undefined) throw refusal(Codes.UnknownInteraction);
    if (interaction.acceptedMs !== undefined) throw refusal(Codes.InteractionHasAlreadyBeenAcknowledged);
    const now = this.#world.nowMs();
    if (now - interaction.sentMs > firstAnswerMs) throw refusal(Codes.UnknownInteraction);
    const { type, data } = bodyOf(json);
    if (!allowed[interaction.type]?.includes(type)) throw badForm(['type'], `Not an answer to this: ${type}`);
    this.#firstAnswer(interaction, { type, data, files });
    interaction.acceptedMs = now;
    interaction.acceptedAs = type;
    return interaction;
  }

  /** The interaction that a token belongs to. */
  byToken(applicationId: string, token: string): Interaction {
    const interaction = this.all.find((one) => one.token === token);
    const isAccepted = interaction?.acceptedMs !== undefined && applicationId === this.#world.applicationId;
    if (!isAccepted) throw refusal(Codes.UnknownWebhook);
    if (this.#world.nowMs() - interaction.sentMs > tokenMs) throw refusal(Codes.InvalidWebhookToken);
    return interaction;
  }

  message({ original, followUps }: Interaction, id: string): Message {
    const message = id === '@original' ? original : [original, ...followUps].find((one) => one?.id === id);
    const isThere = message?.channel.messages.includes(message);
    if (message === undefined || !isThere) throw refusal(Codes.UnknownMessage);
    return message;
  }

  editMessage(interaction: Interaction, id: string, { json, files }: Incoming): Message {
    const message = this.message(interaction, id);
    edit(this.#world, message, check(messageEdit, json ?? {}), files);
    return message;
  }

  deleteMessage(interaction: Interaction, id: string): void {
    this.#world.remove(this.message(interaction, id));
  }

  followUp(interaction: Interaction, { json, files }: Incoming): Message {
    const parts = check(followUp, json ?? {});
    const { original, channel, user, followUps } = interaction;
    // While the app is thinking, the next message takes that one's place, and its visibility.
    if (original?.isLoading && channel.messages.includes(original)) {
      const { flags: _, tts: __, ...rest } = parts;
      edit(this.#world, original, rest, files);
      return original;
    }
    if (this.#world.botPermissionsIn(channel) === undefined && followUps.length >= maxFollowUps) {
      throw refusal(Codes.ThisInteractionHasHitTheMaximumNumberOfFollowUpMessages);
    }
    const message = post(this.#world, { channel, parts, files, onlyFor: onlyFor(parts.flags, user) });
    followUps.push(message);
    return message;
  }

  #firstAnswer(interaction: Interaction, { type, data = {}, files }: FirstAnswer): void {
    const { channel, user } = interaction;
    switch (type) {
      case Responses.ChannelMessageWithSource: {
        const parts = check(callbackMessage, data);
        interaction.original = post(this.#world, {
          channel,
          parts,
          files,
          onlyFor: onlyFor(parts.flags, user),
        });
        return;
      }
      case Responses.DeferredChannelMessageWithSource:
        interaction.original = this.#loading(interaction, check(deferral, data).flags);
        return;
      case Responses.DeferredMessageUpdate:
        if (Object.keys(data).length > 0) throw badForm(['data'], 'A deferred update has no data');
        return;
      case Responses.UpdateMessage:
        edit(this.#world, this.message(interaction, '@original'), check(messageEdit, data), files);
        return;
      default:
        interaction.suggested = check(suggestions, data).choices;
    }
  }

  #loading({ channel, user }: Interaction, flags: number | undefined): Message {
    const message: Message = {
      id: this.#world.nextId(),
      channel,
      content: '',
      attachments: [],
      rows: [],
      flags: flags ?? 0,
      onlyFor: onlyFor(flags, user),
      isLoading: true,
      edits: 0,
    };
    channel.messages.push(message);
    return message;
  }
}

type FirstAnswer = { readonly type: Responses; readonly data?: object | undefined } & Pick<Incoming, 'files'>;

function onlyFor(flags: number | undefined, user: User): User | undefined {
  return ((flags ?? 0) & MessageFlags.Ephemeral) !== 0 ? user : undefined;
}

function bodyOf(json: unknown): Omit<FirstAnswer, 'files'> {
  if (typeof json !== 'object' || json === null) throw badForm([], 'A callback has a body');
  const stray = Object.keys(json).find((key) => key !== 'type' && key !== 'data');
  if (stray !== undefined) throw badForm([stray], 'Unknown field');
  return json as Omit<FirstAnswer, 'files'>;
}
