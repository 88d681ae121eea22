import { Discord } from '../discord/discord.ts';
import type { Asked, Person } from '../discord/people.ts';
import type { Channel, Message } from '../discord/world.ts';
import type { Notes, Received } from './notes.ts';

/** Somebody in a channel of the loopback Discord, and what they do there. */
export class DiscordScene {
  readonly discord: Discord;
  readonly #notes: Notes;
  readonly #channel: Channel;
  readonly #ann: Person;

  private constructor(discord: Discord, notes: Notes) {
    this.discord = discord;
    this.#notes = notes;
    const server = discord.addServer('Traders', { channels: ['general'] });
    this.#channel = server.channels[0]!;
    this.#ann = discord.person('ann', { servers: [server] });
  }

  static async open(notes: Notes): Promise<DiscordScene> {
    return new DiscordScene(await Discord.start({ patienceMs: 120_000 }), notes);
  }

  async isThere(): Promise<void> {
    await this.discord.until('commands', () => this.discord.world.commands.length > 0);
  }

  async slash(name: string, command: string, words: Readonly<Record<string, string>>): Promise<Message> {
    const written = Object.entries(words).map(([parameter, word]) => ` ${parameter}:${word}`);
    this.#notes.did(`Discord: ann types \`/${command}${written.join('')}\``);
    return this.#noted(name, this.#ann.slash(this.#channel, command, words), (asked) => asked.answer());
  }

  async slashInVain(name: string, command: string, words: Readonly<Record<string, string>>): Promise<void> {
    this.#notes.did(`Discord: ann types \`/${command} ${Object.values(words).join(' ')}\``);
    await this.#noted(name, this.#ann.slash(this.#channel, command, words), (asked) => asked.whisper());
  }

  async press(name: string, message: Message, label: string): Promise<void> {
    this.#notes.did(`Discord: ann presses [${label}] under that message, which changes in place`);
    await this.#noted(name, this.#ann.press(message, label), (asked) => asked.answer());
  }

  async type(focused: string): Promise<void> {
    this.#notes.did(`Discord: ann has typed \`/liqmap ${focused}\` and is offered`);
    const asked = this.#ann.type(this.#channel, 'liqmap', {
      words: { symbol: focused },
      focused: 'symbol',
    });
    this.#notes.note((await asked.suggestions()).join(', '));
  }

  async #noted(name: string, asked: Asked, wait: (asked: Asked) => Promise<Message>): Promise<Message> {
    const startMs = performance.now();
    this.#notes.note(`accepted after ${Math.round(await asked.accepted())} ms`);
    const message = await wait(asked);
    this.#notes.received(`discord-${name}`, receivedOf(message), performance.now() - startMs);
    return message;
  }
}

function receivedOf({ content, attachments, rows, onlyFor }: Message): Received {
  const [picture] = attachments;
  return {
    text: content,
    ...(picture && { picture: { png: picture.data, alt: picture.description } }),
    buttons: rows.map((row) => row.map(({ label }) => label)),
    isPrivate: onlyFor !== undefined,
  };
}
