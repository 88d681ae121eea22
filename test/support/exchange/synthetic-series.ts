import type { Candle, Liquidation, OrderBook } from '../../../src/core/market-data.ts';
import type { TimeRange } from '../../../src/market/source.ts';
import { kept, seedOf, uniformAt, walkAt } from './noise.ts';
import type { MarketSeries } from './world.ts';

export type Coin = {
  readonly base: string;
  /** Around which its price moves. */
  readonly priceUsd: number;
  /** Its typical move in a minute, as a fraction. */
  readonly moveOfMinute: number;
};

export type SeriesPlan = {
  readonly id: string;
  readonly coin: Coin;
  readonly seed: number;
  readonly inverse: boolean;
  readonly tickUsd: number;
  readonly lotSize: number;
  /** Open interest and volume of a minute about which the sizes move, in USD. */
  readonly openInterestUsd: number;
  readonly minuteVolumeUsd: number;
  /** How far the contract trades above its coin, as a fraction; dated futures do. */
  readonly basis: number;
  /** Funding rate about which the rates move. */
  readonly fundingRate: number;
};

const minuteMs = 60_000;

/** The coin's price at whole minutes, shared by all its markets. */
export function coinWalk(coin: Coin, seed: number): AtMinute {
  const own = seedOf(coin.base, seed);
  return kept((minute) => {
    return coin.priceUsd * Math.exp(walkAt(own, minute, { first: 0, last: 14 }) * coin.moveOfMinute);
  });
}

/** One market's made-up history: the coin's price, plus what is the market's own. */
export function syntheticSeries(plan: SeriesPlan, coinPrice: AtMinute): MarketSeries {
  const own = seedOf(plan.id, plan.seed);
  const sizeOf = (usd: number, price: number) => {
    return inSteps(plan.inverse ? usd : usd / price, plan.lotSize);
  };
  const marketPrice = (price: 'last' | 'mark') =>
    kept((minute) => {
      const spread = walkAt(own + offsets[price], minute, { first: 0, last: 4 }) * spreads[price];
      return inSteps(coinPrice(minute) * (1 + plan.basis + spread), plan.tickUsd);
    });
  const prices = { last: marketPrice('last'), mark: marketPrice('mark'), index: coinPrice };
  const priceAt: PriceAt = (minute, price) => prices[price](minute);
  const sizeNoise = (salt: number, minute: number) => walkAt(own + salt, minute, { first: 2, last: 13 });

  return {
    candles: (price, range) => candles({ plan, own, priceAt, sizeOf, price, range }),
    price: (timeMs) => {
      const minute = Math.floor(timeMs / minuteMs);
      return {
        mark: priceAt(minute, 'mark'),
        last: priceAt(minute, 'last'),
        index: inSteps(priceAt(minute, 'index'), plan.tickUsd),
      };
    },
    openInterest: (timeMs) => {
      const minute = Math.floor(timeMs / minuteMs);
      const usd = plan.openInterestUsd * Math.exp(sizeNoise(31, minute) * 0.0015);
      return sizeOf(usd, plan.coin.priceUsd);
    },
    fundingRate: (timeMs) => {
      const noise = uniformAt(own + 41, Math.floor(timeMs / minuteMs)) - 0.4;
      return Math.round(plan.fundingRate * (1 + 4 * noise) * 1e8) / 1e8;
    },
    orderBook: (timeMs) => orderBook({ plan, own, sizeOf, timeMs, last: priceAt }),
    liquidations: (range) => liquidations({ plan, own, sizeOf, range, priceAt }),
  };
}

const offsets = { last: 11, mark: 13 };
/** Marks are smoothed, so they move less about the coin's price than trades do. */
const spreads = { last: 0.000_04, mark: 0.000_01 };

type AtMinute = (minute: number) => number;
type PriceAt = (minute: number, price: 'last' | 'mark' | 'index') => number;
type SizeOf = (usd: number, price: number) => number;

/** The nearest whole number of steps, at least one; divided where that gives the exact decimal. */
function inSteps(value: number, step: number): number {
  const count = Math.max(1, Math.round(value / step));
  return step < 1 ? count / Math.round(1 / step) : count * step;
}

function candles(args: {
  plan: SeriesPlan;
  own: number;
  priceAt: PriceAt;
  sizeOf: SizeOf;
  price: 'last' | 'mark';
  range: TimeRange;
}): readonly Candle[] {
  const first = Math.ceil(args.range.fromMs / minuteMs);
  const count = Math.max(0, Math.ceil(args.range.toMs / minuteMs) - first);
  return Array.from({ length: count }, (_, place) => candle(first + place, args));
}

function candle(minute: number, args: Parameters<typeof candles>[0]): Candle {
  const { plan, own, price } = args;
  const open = args.priceAt(minute, price);
  const close = args.priceAt(minute + 1, price);
  const wick = plan.coin.moveOfMinute * (price === 'last' ? 0.8 : 0.3);
  const up = 1 + wick * uniformAt(own + 17 + offsets[price], minute);
  const down = 1 - wick * uniformAt(own + 19 + offsets[price], minute);
  const move = Math.abs(close / open - 1) / plan.coin.moveOfMinute;
  const usd = plan.minuteVolumeUsd * (0.3 + move) * (0.2 + 2 * uniformAt(own + 23, minute) ** 3);
  return {
    openMs: minute * minuteMs,
    open,
    high: inSteps(Math.max(open, close) * up, plan.tickUsd),
    low: inSteps(Math.min(open, close) * down, plan.tickUsd),
    close,
    volume: price === 'mark' ? 0 : args.sizeOf(usd, open),
  };
}

function orderBook(args: {
  plan: SeriesPlan;
  own: number;
  sizeOf: SizeOf;
  timeMs: number;
  last: PriceAt;
}): OrderBook {
  const { plan } = args;
  const minute = Math.floor(args.timeMs / minuteMs);
  const last = args.last(minute, 'last');
  const step = Math.max(plan.tickUsd, inSteps(last * 0.000_05, plan.tickUsd));
  const side = (sign: 1 | -1) =>
    Array.from({ length: 500 }, (_, level) => {
      const price = inSteps(last + sign * step * (level + 1), plan.tickUsd);
      const usd = plan.minuteVolumeUsd * (0.02 + 0.3 * uniformAt(args.own + 53 + sign, minute * 512 + level));
      return [price, args.sizeOf(usd, price)] as const;
    });
  return { timeMs: args.timeMs, bids: side(-1), asks: side(1) };
}

/** One chance of a forced closing in each minute, likelier the further the price went. */
function liquidations(args: {
  plan: SeriesPlan;
  own: number;
  sizeOf: SizeOf;
  range: TimeRange;
  priceAt: PriceAt;
}): readonly Liquidation[] {
  const { plan, own, range } = args;
  const found: Liquidation[] = [];
  const lastMinute = Math.floor((range.toMs - 1) / minuteMs);
  for (let minute = Math.floor(range.fromMs / minuteMs); minute <= lastMinute; minute += 1) {
    const open = args.priceAt(minute, 'last');
    const change = args.priceAt(minute + 1, 'last') / open - 1;
    if (uniformAt(own + 61, minute) > 0.15 + Math.abs(change) / plan.coin.moveOfMinute / 8) continue;
    const timeMs = minute * minuteMs + Math.floor(uniformAt(own + 67, minute) * 60) * 1000;
    if (timeMs < range.fromMs || timeMs >= range.toMs) continue;
    const size = args.sizeOf(plan.minuteVolumeUsd * 0.05 * uniformAt(own + 71, minute), open);
    found.push({
      timeMs,
      liquidatedSide: change < 0 ? 'long' : 'short',
      price: open,
      priceKind: 'fill',
      size,
      usd: plan.inverse ? size : size * open,
    });
  }
  return found;
}
