import type { Command, Parameter, Words } from '../../../commands/command.ts';
import { UserError } from '../../errors.ts';
import { texts } from './texts.ts';

/**
 * What somebody wrote behind a command as words by parameter: `eth 24h range=20`. A word without a name goes to the
 * first parameter without a value that may hold it: the required ones in their order, then one whose choices name it,
 * then one without choices.
 *
 * @throws UserError for a name that is no parameter, one given twice, and words that are left over.
 */
export function wordsOf(text: string, command: Command): Words {
  const words: Record<string, string> = {};
  const { name: commandName, parameters } = command;
  const names = parameters.map(({ name }) => name);
  const loose: string[] = [];
  for (const part of text.split(/\s+/).filter((word) => word !== '')) {
    const [, name, value] = /^([a-z_]+)=(.*)$/i.exec(part) ?? [];
    if (name === undefined || value === undefined) {
      loose.push(part);
      continue;
    }
    const key = name.toLowerCase();
    if (!names.includes(key)) throw new UserError(texts.unknownOption(name, commandName, names));
    if (key in words) throw new UserError(texts.twice(key));
    words[key] = value;
  }
  for (const word of loose) {
    const parameter = placeFor(word, parameters, words);
    if (parameter === undefined) throw new UserError(texts.tooManyWords(word, commandName, names));
    words[parameter.name] = choiceOf(word, parameter) ?? word;
  }
  return words;
}

function placeFor(word: string, parameters: readonly Parameter[], words: Words): Parameter | undefined {
  const free = parameters.filter(({ name }) => words[name] === undefined);
  return (
    free.find(({ required }) => required) ??
    free.find((parameter) => choiceOf(word, parameter) !== undefined) ??
    free.find(({ choices }) => choices === undefined)
  );
}

/** The choice that a word names, whatever its case. */
function choiceOf(word: string, { choices = [] }: Parameter): string | undefined {
  return choices.find((choice) => choice.toLowerCase() === word.toLowerCase());
}

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
