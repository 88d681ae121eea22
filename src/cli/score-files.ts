import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { dayMs } from '../core/durations.ts';
import { UserError } from '../errors.ts';
import type { FallWindow } from '../scoring/falls.ts';

/** Names by which `--data` finds files in a folder, by the venue whose map is scored. */
const shared = {
  candles: 'candles-1h.csv.gz',
  funding: 'funding.csv.gz',
  liquidations: 'okx-liquidations.csv.gz',
} as const;
const ofVenue = {
  hyperliquid: {
    oi: 'hyperliquid-oi-1h.csv.gz',
    positions: 'hyperliquid-positions.csv.gz',
    'daily-liquidations': 'hyperliquid-liquidations-daily.csv',
  },
  binance: { oi: 'binance-oi-5m.csv.gz' },
} as const;
/**
 * Hourly rows of Hyperliquid's open interest in USD follow the price of half an hour after their stamp (their changes
 * correlate more with the next hour's price change than with their own), so they count as known an hour later.
 */
const oiDelay = { hyperliquid: '1h' } as const;

type Values = Readonly<Record<string, string | boolean | undefined>>;

/**
 * Options for each venue to be scored: as given, or completed with the files that the folder of `--data` has for
 * it. Throws UserError where the folder has nothing, or nothing for the venue asked for.
 */
export function completed<T extends Values>(values: T): T[] {
  const { data, venue } = values;
  if (typeof data !== 'string') return [values];
  const known = Object.entries(ofVenue).filter(([name]) => venue === undefined || name === venue);
  const runs = known.flatMap(([name, own]) => {
    const files = Object.entries({ ...shared, ...own })
      .map(([option, file]) => [option, join(data, file)] as const)
      .filter(([, path]) => existsSync(path));
    if (!files.some(([option]) => option === 'oi')) return [];
    const delay = name in oiDelay ? { 'oi-delay': oiDelay.hyperliquid } : {};
    const told = { venue: name, 'candle-venue': 'binance', falls: usualFalls };
    return [{ ...told, ...delay, ...Object.fromEntries(files), ...values }];
  });
  if (runs.length > 0) return runs;
  const names = [...Object.values(shared), ...Object.values(ofVenue).flatMap((own) => Object.values(own))];
  throw new UserError(`${data} has no open interest to score by. Known names: ${names.join(', ')}.`);
}

const usualFalls = '2025-10-10/2025-10-11,2026-02-05/2026-02-06';

const needed = ['venue', 'candles', 'oi'] as const;
const scoredAgainst = ['positions', 'liquidations', 'daily-liquidations', 'falls'] as const;

/** Throws UserError that says what a score needs and where such data come from, when something is missing. */
export function requireFiles(values: Values): void {
  const missing = needed.filter((name) => !values[name]).map((name) => `--${name}`);
  const some = scoredAgainst.some((name) => values[name]);
  if (missing.length === 0 && some) return;
  if (!some) missing.push(`one of ${scoredAgainst.map((name) => `--${name}`).join(', ')}`);
  throw new UserError(`score needs ${missing.join(' and ')}.

It folds recorded market data up to a moment and compares the map with what was true then:
  --candles               hourly or finer candles: Binance publishes them at data.binance.vision, others by their REST API
  --oi                    open interest by time: data.binance.vision (metrics), or recorded from a venue's API
  --funding               funding rates, from the same places; may be left out
  --positions             real positions with liquidation prices: Hyperliquid answers clearinghouseState for any public
                          address; take snapshots hours apart over some days, the more days the narrower the verdict
  --liquidations          forced orders as a venue's websocket shows them (OKX liquidation-orders, Bybit allLiquidation)
  --daily-liquidations    USD liquidated per UTC day and coin, of the same venue as --oi
Without any files: npm run liqmap -- score --simulated
See: npm run liqmap -- score --help`);
}

const day = '\\d{4}-\\d\\d-\\d\\d';
const days = new RegExp(`^(${day})(?:/(${day}))?$`);

/** `2025-10-10,2026-02-05/2026-02-06`: UTC days, from the start of the first to the end of the last. */
export function fallWindows(text: string): FallWindow[] {
  return text.split(',').map((part) => {
    const [, first = '', last = first] = days.exec(part.trim()) ?? [];
    const fromMs = Date.parse(first);
    const toMs = Date.parse(last) + dayMs;
    if (toMs > fromMs) return { fromMs, toMs };
    throw new UserError(`--falls wants UTC days such as 2025-10-10 or 2026-02-05/2026-02-06, not "${part}".`);
  });
}
