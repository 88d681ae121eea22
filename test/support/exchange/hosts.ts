import type { Family } from './fault-answers.ts';
import type { Venue, VenueRequest } from './venue.ts';
import { binanceCoinm } from './venues/binance-coinm.ts';
import { binanceUsdm } from './venues/binance-usdm.ts';
import { binanceWeb } from './venues/binance-web.ts';
import { bitget } from './venues/bitget.ts';
import { bybit } from './venues/bybit.ts';
import { gate } from './venues/gate.ts';
import { hyperliquid, hyperliquidStats } from './venues/hyperliquid.ts';
import { okx } from './venues/okx.ts';
import type { VenueId } from './world.ts';

export type Host = {
  readonly family: Family;
  /** Whose markets a request is about. */
  venueOf(request: VenueRequest): VenueId;
  readonly handle: Venue;
};

/** The venues' real hosts. */
export const hosts: Readonly<Record<string, Host>> = {
  'fapi.binance.com': { family: 'binance', venueOf: () => 'binanceusdm', handle: binanceUsdm },
  'dapi.binance.com': { family: 'binance', venueOf: () => 'binancecoinm', handle: binanceCoinm },
  'www.binance.com': {
    family: 'binance',
    venueOf: ({ path }) => (path.includes('/delivery/') ? 'binancecoinm' : 'binanceusdm'),
    handle: binanceWeb,
  },
  'api.bybit.com': { family: 'bybit', venueOf: () => 'bybit', handle: bybit },
  'www.okx.com': { family: 'okx', venueOf: () => 'okx', handle: okx },
  'api.gateio.ws': { family: 'gate', venueOf: () => 'gate', handle: gate },
  'api.bitget.com': { family: 'bitget', venueOf: () => 'bitget', handle: bitget },
  'api.hyperliquid.xyz': { family: 'hyperliquid', venueOf: () => 'hyperliquid', handle: hyperliquid },
  'stats-data.hyperliquid.xyz': {
    family: 'hyperliquid',
    venueOf: () => 'hyperliquid',
    handle: hyperliquidStats,
  },
};
