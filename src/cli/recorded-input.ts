import { heldOutWeightsFor } from '../core/weights-for.ts';
import { datedRules } from '../market/dated-rules.ts';
import { readCandles } from '../market/recorded/candles.ts';
import { readFunding } from '../market/recorded/funding.ts';
import { readOpenInterest } from '../market/recorded/open-interest.ts';
import type { ReplayInput } from '../recorded-market.ts';
import { inBaseUnits } from '../recorded-market.ts';
import { durationMs, positiveNumber, required } from './command.ts';

/** Options of every command that folds recorded files. */
export const recordedOptions = {
  coin: { type: 'string' },
  venue: { type: 'string' },
  candles: { type: 'string' },
  'candle-venue': { type: 'string' },
  oi: { type: 'string' },
  'candle-oi': { type: 'string' },
  'oi-delay': { type: 'string' },
  funding: { type: 'string' },
  'volume-scale': { type: 'string' },
  times: { type: 'string' },
  png: { type: 'string' },
  help: { type: 'boolean' },
} as const;

export const recordedUsage = `  --coin BTC             coin, as in the files' column
  --venue NAME           venue whose open interest and margin rules are used
  --candles FILE         CSV or CSV.gz: open_ms,venue,coin,open,high,low,close,volume_base
  --candle-venue NAME    venue of the candles; --venue unless told
  --oi FILE              CSV or CSV.gz: time_ms,coin and oi_base or oi_usd (divided by the price then)
  --candle-oi FILE       open interest of the candles' venue, for the scale of borrowed candles
  --oi-delay 1h          how long after its stamp a row of --oi was known; 0 unless told
  --funding FILE         CSV or CSV.gz: time_ms,venue,coin,funding_rate
  --volume-scale X       fixed factor on volume instead of the ratio of open interest`;

type Values = {
  readonly [K in Exclude<keyof typeof recordedOptions, 'help' | 'times' | 'png'>]?: string | undefined;
};

/** Reads the files that the options name. Throws UserError on anything a person can mend. */
export async function readRecordedInput(command: string, values: Values, coin: string): Promise<ReplayInput> {
  const venue = required(command, values, 'venue').toLowerCase();
  const candleVenue = (values['candle-venue'] ?? venue).toLowerCase();
  const candles = await readCandles(required(command, values, 'candles'), { coin, venue: candleVenue });
  const inBase = async (path: string, ofVenue: string, delayMs = 0) => {
    const recorded = await readOpenInterest(path, { coin, venue: ofVenue });
    return recorded.unit === 'base'
      ? delayed(recorded.points, delayMs)
      : inBaseUnits(delayed(recorded.points, delayMs), candles);
  };
  const delay = values['oi-delay'];
  const delayMs = delay === undefined ? 0 : durationMs('oi-delay', delay);
  const volumeScale = positiveNumber('volume-scale', values['volume-scale']);
  return {
    coin,
    venue,
    candles,
    borrowed: candleVenue !== venue,
    openInterest: await inBase(required(command, values, 'oi'), venue, delayMs),
    ...(values['candle-oi'] && { candleOpenInterest: await inBase(values['candle-oi'], candleVenue) }),
    ...(values.funding && { funding: await readFunding(values.funding, { coin, venue }) }),
    ...(volumeScale !== undefined && { volumeScale }),
    rules: datedRules(venue, coin),
    // Recorded positions of the fit's own days may be what the map is scored on: none of the later half was seen.
    weights: heldOutWeightsFor({ venue, base: coin }),
  };
}

function delayed<Point extends { readonly timeMs: number }>(
  points: readonly Point[],
  delayMs: number,
): Point[] {
  return points.map((point) => ({ ...point, timeMs: point.timeMs + delayMs }));
}
