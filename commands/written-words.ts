import { UserError } from '../src/errors.ts';
import { shown } from './clean-words.ts';
import type { Command, Parameter, Words } from './command.ts';
import { texts } from './texts.ts';

/**
 * What somebody wrote behind a command as words by parameter: `eth 24h range=20`. A word without a name goes to the
 * first parameter without a value that may hold it: the required ones in their order, then one whose choices name it,
 * then one whose look it has, then one that takes many, then one that takes anything.
 *
 * @throws UserError for a name that is no parameter, one given twice, and words that are left over
 */
export function writtenWords(text: string, { parameters }: Pick<Command, 'parameters'>): Words {
  const words: Record<string, string> = {};
  const loose: string[] = [];
  for (const part of text.split(/\s+/).filter((word) => word !== '')) {
    const [, name, value] = /^([a-z_]+)=(.*)$/i.exec(part) ?? [];
    if (name === undefined || value === undefined) loose.push(part);
    else setNamed(words, { name: name.toLowerCase(), value }, parameters);
  }
  for (const word of loose) {
    const parameter = placeFor(word, parameters, words);
    if (!parameter) throw new UserError(texts.words.leftOver(shown(word), namesOf(parameters)));
    const before = words[parameter.name];
    words[parameter.name] = before === undefined ? (choiceOf(word, parameter) ?? word) : `${before} ${word}`;
  }
  return words;
}

function setNamed(
  words: Record<string, string>,
  { name, value }: { readonly name: string; readonly value: string },
  parameters: readonly Parameter[],
): void {
  const known = namesOf(parameters);
  if (!known.includes(name)) throw new UserError(texts.words.unknown(shown(name), known));
  if (name in words) throw new UserError(texts.words.twice(name));
  words[name] = value;
}

function placeFor(word: string, parameters: readonly Parameter[], words: Words): Parameter | undefined {
  const free = parameters.filter(({ name }) => words[name] === undefined);
  return (
    free.find(({ required }) => required) ??
    free.find((parameter) => choiceOf(word, parameter) !== undefined) ??
    free.find(({ looks }) => looks?.test(word)) ??
    parameters.find(({ many }) => many) ??
    free.find(({ choices, looks }) => choices === undefined && looks === undefined)
  );
}

/** The choice that a word names, whatever its case. */
function choiceOf(word: string, { choices = [] }: Parameter): string | undefined {
  return choices.find((choice) => choice.toLowerCase() === word.toLowerCase());
}

function namesOf(parameters: readonly Parameter[]): readonly string[] {
  return parameters.map(({ name }) => name);
}
