import type { CoinPath } from '../core/joined/carried.ts';
import { UserError } from '../errors.ts';
import type { JoinedInput } from '../joined.ts';
import { datedRules } from '../market/dated-rules.ts';
import { readCandles } from '../market/recorded/candles.ts';
import { candleStepMs } from '../market/recorded/merge-candles.ts';
import { readPositions } from '../market/recorded/positions.ts';
import type { ReplayInput } from '../recorded-market.ts';
import { durationMs } from './command.ts';

const usualAge = '4h';

export const joinedOptions = {
  positions: { type: 'string' },
  'measured-age': { type: 'string' },
} as const;

export const joinedUsage = `  --positions FILE       join the book with real positions of the venue: CSV or CSV.gz with
                         time_ms,trader,coin,side,size,entry,leverage,value_usd,upnl_usd,liq_price
  --measured-age 4h      use only positions that are at least this old, such as 4h, 90m or 1d`;

type Values = {
  readonly positions: string;
  readonly 'measured-age'?: string | undefined;
  readonly candles?: string | undefined;
  readonly 'candle-venue'?: string | undefined;
};

/** What a joined replay needs beside the market itself. Throws UserError on anything a person can mend. */
export async function readJoinedInput(values: Values, input: ReplayInput): Promise<JoinedInput> {
  const positions = await readPositions(values.positions);
  if (!positions.some(({ coin }) => coin === input.coin)) {
    throw new UserError(`${values.positions} holds no position in ${input.coin}.`);
  }
  const paths = new Map<string, CoinPath>();
  for (const coin of new Set(positions.map((position) => position.coin))) {
    const candles = coin === input.coin ? input.candles : await otherCandles(values, coin, input);
    if (candles.length < 2) continue;
    const { tiers } = datedRules(input.venue, coin);
    const maintenanceRate = tiers[0]!.maintenanceRate;
    paths.set(coin, { candles, candleMs: candleStepMs(candles)!, maintenanceRate });
  }
  return {
    input,
    positions,
    paths,
    measuredAgeMs: durationMs('measured-age', values['measured-age'] ?? usualAge),
  };
}

/** Candles of another coin the same accounts hold; none where the file has none. */
async function otherCandles(values: Values, coin: string, { venue }: ReplayInput) {
  if (values.candles === undefined) return [];
  try {
    return await readCandles(values.candles, {
      coin,
      venue: (values['candle-venue'] ?? venue).toLowerCase(),
    });
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}
