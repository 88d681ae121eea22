import type { Command, Parameter } from '../../../commands/command.ts';
import type { ChatBackend } from '../adapter.ts';

/** What could be written instead. */
export type Offer = {
  /** The whole line. */
  readonly text: string;
  readonly label: string;
  readonly note: string;
};

const mostOffers = 8;

/** What may follow what has been typed: commands, coins by volume, and the words that a command knows. */
export async function offersFor(
  typed: string,
  backend: Pick<ChatBackend, 'commands' | 'suggestSymbols'>,
): Promise<readonly Offer[]> {
  const before = typed.slice(0, typed.length - lastWord(typed).length);
  const word = lastWord(typed).toLowerCase();
  const { command, isFirst } = spokenCommand(before, backend.commands);
  const offers = isFirst
    ? [...commandOffers(word, backend.commands), ...(await coinOffers('', word.replace(/^\//, ''), backend))]
    : [
        ...choiceOffers(before, word, command),
        ...(wantsCoin(before, command) ? await coinOffers(before, word, backend) : []),
      ];
  return offers.slice(0, mostOffers);
}

/** The command that a line begins with; the first of all commands, the map, where it begins with none. */
export function spokenCommand(
  line: string,
  commands: readonly Command[],
): {
  readonly command: Command;
  readonly words: string;
  readonly isFirst: boolean;
  readonly unknown?: string;
} {
  const [, slash = '', first = '', words = ''] = /^\s*(\/?)(\S*)\s*([\s\S]*)$/.exec(line) ?? [];
  const named = commands.find(({ name }) => name === first.toLowerCase());
  const isFirst = first === '';
  if (named) return { command: named, words: words.trim(), isFirst };
  const main = commands[0]!;
  return { command: main, words: line.trim(), isFirst, ...(slash !== '' && { unknown: first }) };
}

function commandOffers(word: string, commands: readonly Command[]): readonly Offer[] {
  const start = word.replace(/^\//, '');
  // Before anything is typed the commands would hide what is there to read.
  if (word === '') return [];
  return commands
    .filter(({ name }) => name.startsWith(start))
    .map(({ name, summary }) => ({ text: `/${name} `, label: `/${name}`, note: summary }));
}

async function coinOffers(
  before: string,
  word: string,
  { suggestSymbols }: Pick<ChatBackend, 'suggestSymbols'>,
): Promise<readonly Offer[]> {
  if (before === '' && word === '') return [];
  const coins = await suggestSymbols(word);
  return coins.map((coin) => ({ text: `${before}${coin} `, label: coin, note: 'coin' }));
}

function choiceOffers(before: string, word: string, { parameters }: Command): readonly Offer[] {
  if (word === '') return [];
  return parameters.flatMap(({ name, choices = [] }) =>
    choices
      .filter((choice) => choice.toLowerCase().startsWith(word))
      .map((choice) => ({ text: `${before}${choice} `, label: choice, note: name })),
  );
}

function wantsCoin(before: string, { name, parameters }: Command): boolean {
  const isOfCoins = ({ completes, many }: Parameter) => completes === 'symbol' || many === true;
  const wanted = parameters.find(isOfCoins);
  if (!wanted) return false;
  const words = before
    .trim()
    .split(/\s+/)
    .filter((one) => one !== '' && one.replace(/^\//, '') !== name);
  return wanted.many === true || words.length === 0;
}

function lastWord(typed: string): string {
  return /\S*$/.exec(typed)![0];
}
