import { UserError } from '../src/errors.ts';
import { texts } from './texts.ts';

type Words = Readonly<Record<string, string | undefined>>;
/** What is to be known of a parameter to check its word. */
type Place = { readonly name: string; readonly many?: true };

/** Longest word; lists of coins may be as long as several. */
const longest = 60;
const longestList = 300;
/** Letters and digits of any script, spaces, and what stands in names of markets, lists and time zones. */
const readable = /^[\p{L}\p{M}\p{N} ._:,;/%$#+@&()'-]*$/u;
const unreadable = /[^\p{L}\p{M}\p{N} ._:,;/%$#+@&()'-]/gu;

/**
 * The words that are given and not empty, without the spaces around them. Whatever else comes in ends here: nothing
 * with control characters, markup or more than a line goes any further.
 *
 * @throws UserError for a name that is no parameter, and for words that are too long or hold what no name does
 */
export function cleanWords(words: Words, parameters: readonly Place[]): Words {
  const given = Object.entries(words).flatMap(([name, word]) => {
    const text = word?.trim() ?? '';
    return text === '' ? [] : [[name, text] as const];
  });
  for (const [name, text] of given) check(name, text, parameters);
  return Object.fromEntries(given);
}

/** A word of somebody else's that may stand in a message: short, and without what could be more than a word. */
export function shown(word: string): string {
  const safe = word.slice(0, longest).replace(unreadable, '?');
  return word.length > longest ? `${safe}…` : safe;
}

function check(name: string, text: string, parameters: readonly Place[]): void {
  const parameter = parameters.find((known) => known.name === name);
  if (!parameter) {
    throw new UserError(
      texts.words.unknown(
        shown(name),
        parameters.map((known) => known.name),
      ),
    );
  }
  const most = parameter.many ? longestList : longest;
  if (text.length > most) throw new UserError(texts.words.tooLong(name, most));
  if (!readable.test(text)) throw new UserError(texts.words.unreadable(name, shown(text)));
}
