import { resolveSymbol } from '../core/symbols.ts';
import { UserError } from '../errors.ts';
import type { Market } from '../market/source.ts';
import type { CliCommand } from './command.ts';
import { parse } from './command.ts';
import { withLiveMaps } from './live-maps.ts';

export const marketsCommand: CliCommand = {
  name: 'markets',
  summary: 'list what the exchanges trade, or which markets a symbol means',
  usage: `npm run liqmap -- markets [SYMBOL] [--json]

Without a symbol: the number of markets by exchange and kind.`,
  async run(args, output) {
    const { values, positionals } = parse('markets', args, { json: { type: 'boolean' } });
    return withLiveMaps(output.note, async (maps) => {
      const { markets: listed, failed } = await maps.markets();
      for (const { venue, note } of failed) output.note(`no list from ${venue}: ${note}`);
      const markets = chosen(
        listed.map(({ market }) => market),
        positionals.join(' '),
      );
      if (values.json) output.out(JSON.stringify(markets));
      else output.out(positionals.length > 0 ? markets.map(line).join('\n') : counts(markets));
      return failed.length > 0 && listed.length === 0 ? 1 : 0;
    });
  },
};

function chosen(markets: readonly Market[], symbol: string): readonly Market[] {
  if (symbol === '') return markets;
  const resolved = resolveSymbol(symbol, markets);
  if (resolved.found) return resolved.markets;
  const hint = resolved.near.length > 0 ? ` Did you mean ${resolved.near.join(', ')}?` : '';
  throw new UserError(`No exchange lists "${symbol}".${hint}`);
}

function line({ venue, symbol, contract, kind, multiplier, maxLeverage }: Market): string {
  return [
    venue.padEnd(12),
    symbol.padEnd(28),
    contract.padEnd(8),
    kind.padEnd(10),
    multiplier === 1 ? '' : `1 = ${multiplier} units`,
    maxLeverage === undefined ? '' : `up to ${maxLeverage}x`,
  ]
    .join(' ')
    .trimEnd();
}

function counts(markets: readonly Market[]): string {
  const byKind = new Map<string, number>();
  for (const { venue, contract, kind } of markets) {
    const key = `${venue.padEnd(12)} ${contract.padEnd(8)} ${kind}`;
    byKind.set(key, (byKind.get(key) ?? 0) + 1);
  }
  return [...byKind].map(([key, count]) => `${key.padEnd(34)} ${count}`).join('\n');
}
