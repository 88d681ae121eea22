import type { Caller, Command, Context, Reply, Words } from '../../commands/command.ts';
import { UserError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { ChatBackend } from './adapter.ts';

type Deps = {
  readonly commands: readonly Command[];
  readonly context: Omit<Context, 'caller'>;
  /** Coins that are named first where many begin alike. */
  readonly favourites: readonly string[];
  readonly log: Log;
};

const mostSuggestions = 25;

/** What chats ask for, answered from the commands. */
export function chatBackend({ commands, context, favourites, log }: Deps): ChatBackend {
  const byName = new Map(commands.map((command) => [command.name, command]));
  return {
    commands,
    async run(commandName: string, words: Words, caller: Caller): Promise<Reply> {
      const command = byName.get(commandName);
      if (!command) throw new UserError(`There is no command "${commandName}". Try help.`);
      return command.run(words, { ...context, caller });
    },
    async suggestSymbols(prefix) {
      try {
        return suggestions(prefix, favourites, await listedBases(context));
      } catch (error) {
        log.warn('no symbols to suggest', { error });
        return suggestions(prefix, favourites, []);
      }
    },
  };
}

/** Perpetuals' coins, those that most venues list first: the nearest there is to "most traded" in a list. */
async function listedBases({ maps }: Pick<Context, 'maps'>): Promise<readonly string[]> {
  const { markets } = await maps.markets();
  const venues = new Map<string, Set<string>>();
  for (const { market } of markets) {
    if (market.kind !== 'perpetual') continue;
    const known = venues.get(market.base) ?? new Set();
    venues.set(market.base, known.add(market.venue));
  }
  return [...venues].sort((a, b) => b[1].size - a[1].size || a[0].localeCompare(b[0])).map(([base]) => base);
}

function suggestions(prefix: string, favourites: readonly string[], bases: readonly string[]): string[] {
  const typed = prefix.trim().toUpperCase();
  const known = bases.length === 0 ? favourites : favourites.filter((name) => bases.includes(name));
  const ordered = [...new Set([...known, ...bases])];
  return ordered.filter((name) => name.startsWith(typed)).slice(0, mostSuggestions);
}
