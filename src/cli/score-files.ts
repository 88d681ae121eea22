import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import type { FallWindow } from '../scoring-falls.ts';

const dayMs = 86_400_000;

/** Names by which `--data` finds files in a folder; an option given beside it wins. */
const knownNames = {
  candles: 'candles-1h.csv.gz',
  oi: 'hyperliquid-oi-1h.csv.gz',
  funding: 'funding.csv.gz',
  positions: 'hyperliquid-positions.csv.gz',
  liquidations: 'okx-liquidations.csv.gz',
  'daily-liquidations': 'hyperliquid-liquidations-daily.csv',
} as const;

type Values = Readonly<Record<string, string | boolean | undefined>>;

/** Options as given, and what a folder of `--data` adds to them. Throws UserError where the folder has nothing. */
export function withKnownFiles<T extends Values>(values: T): T {
  const { data } = values;
  if (typeof data !== 'string') return values;
  const found = Object.entries(knownNames)
    .map(([option, name]) => [option, join(data, name)] as const)
    .filter(([, path]) => existsSync(path));
  if (found.length === 0) {
    throw new UserError(`${data} has none of the files ${Object.values(knownNames).join(', ')}.`);
  }
  return {
    venue: 'hyperliquid',
    'candle-venue': 'binance',
    'oi-delay': '1h',
    falls: '2025-10-10/2025-10-11,2026-02-05/2026-02-06',
    ...Object.fromEntries(found),
    ...values,
  };
}

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
