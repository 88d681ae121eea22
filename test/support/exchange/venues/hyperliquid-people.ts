import { Crowd, type CrowdPosition, tradersOf } from '../crowd.ts';
import { type Answer, ok, type VenueView } from '../venue.ts';
import { decimal } from '../wire.ts';
import type { WorldMarket } from '../world.ts';

/**
 * Public accounts. Shapes: the venue's documents ("clearinghouseState", "recentTrades") and the types of nktkas/hyperliquid
 * (src/api/info/_methods); of the leaderboard, which nobody documents, rows as two public projects read them.
 */
const crowds = new WeakMap<readonly WorldMarket[], Crowd>();

export function crowdOf(markets: readonly WorldMarket[]): Crowd {
  const crowd = crowds.get(markets) ?? new Crowd(markets);
  crowds.set(markets, crowd);
  return crowd;
}

/** Undefined for what is no address. */
export function clearinghouseState(user: string, view: VenueView): Answer | undefined {
  if (!/^0x[0-9a-f]{40}$/i.test(user)) return undefined;
  const crowd = crowdOf(view.markets);
  const account = crowd.find(user);
  const positions = account ? crowd.positionsOf(account, view.nowMs) : [];
  const value = (position: CrowdPosition) => position.size * position.markPrice;
  const notional = positions.reduce((sum, position) => sum + value(position), 0);
  const margin = positions.reduce((sum, position) => sum + value(position) / position.leverage, 0);
  const summary = {
    accountValue: decimal(account?.accountUsd ?? 0),
    totalNtlPos: decimal(notional),
    totalRawUsd: decimal(account?.accountUsd ?? 0),
    totalMarginUsed: decimal(margin),
  };
  return ok({
    marginSummary: summary,
    crossMarginSummary: summary,
    crossMaintenanceMarginUsed: decimal(margin / 2),
    withdrawable: '0.0',
    assetPositions: positions.map((position) => ({ type: 'oneWay', position: wirePosition(position) })),
    time: view.nowMs,
  });
}

function wirePosition(position: CrowdPosition) {
  const { market, side, size, entryPrice, markPrice, leverage, isCross, liquidationPrice } = position;
  const sign = side === 'long' ? 1 : -1;
  const profit = sign * size * (markPrice - entryPrice);
  const own = (usd: number) => decimal(usd * market.multiplier);
  return {
    coin: market.id,
    szi: decimal((sign * size) / market.multiplier),
    leverage: {
      type: isCross ? 'cross' : 'isolated',
      value: leverage,
      ...(isCross ? {} : { rawUsd: decimal((-sign * size * entryPrice * (leverage - 1)) / leverage) }),
    },
    entryPx: own(entryPrice),
    positionValue: decimal(size * markPrice),
    unrealizedPnl: decimal(profit),
    returnOnEquity: decimal((profit / (size * entryPrice)) * leverage),
    liquidationPx: liquidationPrice === undefined ? null : own(liquidationPrice),
    marginUsed: decimal((size * markPrice) / leverage),
    maxLeverage: market.maxLeverage,
    cumFunding: { allTime: '0.0', sinceOpen: '0.0', sinceChange: '0.0' },
  };
}

/** The last ten, newest first, with the addresses of buyer and seller. */
export function recentTrades(market: WorldMarket, view: VenueView): Answer {
  const second = Math.floor(view.nowMs / 1000);
  return ok(Array.from({ length: 10 }, (_, i) => tradeAt(market, second - i)));
}

/** The one trade of a second. */
export function tradeAt(market: WorldMarket, second: number) {
  const { last } = market.series.price(second * 1000);
  return {
    coin: market.id,
    side: second % 3 === 0 ? 'A' : 'B',
    px: decimal(last * market.multiplier),
    sz: decimal((30_000 / last / market.multiplier) * (1 + (second % 4))),
    time: second * 1000,
    hash: '0x0000000000000000000000000000000000000000000000000000000000000000',
    tid: 1_000_000 + second,
    users: tradersOf(market, second),
  };
}

export function leaderboard(view: VenueView): Answer {
  const listed = crowdOf(view.markets).accounts.filter(({ isListed }) => isListed);
  return ok({
    leaderboardRows: listed.map(({ address, accountUsd }, i) => ({
      ethAddress: address,
      accountValue: decimal(accountUsd + 10_000),
      windowPerformances: [
        ['day', { pnl: '-12.5', roi: '-0.0001', vlm: '0.0' }],
        ['week', { pnl: '120.5', roi: '0.001', vlm: '25000.0' }],
        ['month', { pnl: '120.5', roi: '0.001', vlm: '2500000.0' }],
        ['allTime', { pnl: '1120.5', roi: '0.1', vlm: '92500000.0' }],
      ],
      prize: 0,
      displayName: i % 50 === 0 ? `trader ${i}` : null,
    })),
  });
}
