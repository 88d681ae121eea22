import type { Caller, Command, Context, Reply, Words } from '../../commands/command.ts';
import { texts } from '../../commands/texts.ts';
import { UserError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { ChatBackend } from './adapter.ts';

type Deps = {
  readonly commands: readonly Command[];
  readonly context: Omit<Context, 'caller'>;
  /** Coins that are named while no list of markets can be had. */
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
      if (!command) throw new UserError(texts.chat.noCommand(commandName));
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

/** Perpetuals' coins, the most traded first; those of which no volume is known by how many venues list them. */
async function listedBases({ maps }: Pick<Context, 'maps'>): Promise<readonly string[]> {
  const { markets } = await maps.markets();
  const coins = new Map<string, { readonly venues: Set<string>; volumeUsd: number }>();
  for (const { market } of markets) {
    if (market.kind !== 'perpetual') continue;
    const coin = coins.get(market.base) ?? { venues: new Set(), volumeUsd: 0 };
    coins.set(market.base, coin);
    coin.venues.add(market.venue);
    coin.volumeUsd += market.dayVolumeUsd ?? 0;
  }
  return [...coins]
    .sort(
      ([a, one], [b, other]) =>
        other.volumeUsd - one.volumeUsd || other.venues.size - one.venues.size || a.localeCompare(b),
    )
    .map(([base]) => base);
}

function suggestions(prefix: string, favourites: readonly string[], bases: readonly string[]): string[] {
  const typed = prefix.trim().toUpperCase();
  return (bases.length === 0 ? favourites : bases)
    .filter((name) => name.startsWith(typed))
    .slice(0, mostSuggestions);
}
