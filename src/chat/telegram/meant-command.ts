import type { Command } from '../../../commands/command.ts';

/** A command, and what is said to it. */
export type Meant = { readonly command: Command; readonly text: string };

/** The command that the first word names, or else the first of all commands, the map, with all the words. */
export function meantCommand(words: readonly string[], commands: readonly Command[]): Meant | undefined {
  const [first, ...rest] = words;
  const [main] = commands;
  if (first === undefined || main === undefined) return undefined;
  const named = commands.find(({ name }) => name === first.toLowerCase());
  return named ? { command: named, text: rest.join(' ') } : { command: main, text: words.join(' ') };
}
