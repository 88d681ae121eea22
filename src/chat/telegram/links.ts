import type { Command } from '../../../commands/command.ts';
import { type Meant, meantCommand } from './meant-command.ts';

/** Telegram lets links carry 64 of these characters: https://core.telegram.org/bots/features#deep-linking */
const payload = /^[\w-]{1,64}$/;

/**
 * What a link `t.me/BOT?start=PAYLOAD` asks for: `eth_24h` or `clusters_eth`, words joined by low lines, with the name
 * of a command in front unless it is the first one. Undefined for what is no such payload.
 */
export function linkedText(text: string, commands: readonly Command[]): Meant | undefined {
  return payload.test(text) ? meantCommand(text.split('_'), commands) : undefined;
}

/** The payload that leads to the main command with these words; undefined if they do not fit into one. */
export function linkTo(words: readonly string[]): string | undefined {
  const text = words.join('_');
  return payload.test(text) ? text : undefined;
}
