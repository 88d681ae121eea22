import type { Command } from '../../../commands/command.ts';

/** Telegram lets links carry 64 of these characters: https://core.telegram.org/bots/features#deep-linking */
const payload = /^[\w-]{1,64}$/;

/**
 * What a link `t.me/BOT?start=PAYLOAD` asks for: `eth_24h` or `clusters_eth`, words joined by low lines, with the name
 * of a command in front unless it is the first one. Undefined for what is no such payload.
 */
export function linkedText(
  text: string,
  commands: readonly Command[],
): { command: Command; text: string } | undefined {
  const [first, ...rest] = text.split('_');
  const [main] = commands;
  if (!payload.test(text) || first === undefined || main === undefined) return undefined;
  const named = commands.find(({ name }) => name === first.toLowerCase());
  return named
    ? { command: named, text: rest.join(' ') }
    : { command: main, text: [first, ...rest].join(' ') };
}

/** The payload that leads to the main command with these words; undefined if they do not fit into one. */
export function linkTo(words: readonly string[]): string | undefined {
  const text = words.join('_');
  return payload.test(text) ? text : undefined;
}
