import { beforeAll, describe, expect, test } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import type { OpeningWeights } from '../../src/core/weights.ts';
import { wideWeights } from '../../src/core/weights.ts';
import { calibrate, coverageOf } from '../../src/fitting/calibration.ts';
import { scoreHeldOut } from '../../src/fitting/score.ts';
import { bootstrapSpread } from '../../src/fitting/spread.ts';
import type { FitMarket, FittedSet } from '../../src/fitting.ts';
import { earlierHalf, fitWeights, laterHalf, seenBy } from '../../src/fitting.ts';
import { snapshotsOf } from '../../src/scoring/snapshots.ts';
import { plainRules } from '../support/book-fixtures.ts';
import { dayMs, hourMs, startMs, testSeries } from '../support/market-series.ts';

const days = 16;
const firstSnapshotDay = 8;
const settings = { churn: 0.5, fastHazardRatio: 10, priorDays: 0.5, pooledDays: 1 };
const rate = 0.005;

/** A market whose traders all open at about one leverage, some hours to days before they are seen. */
function marketOf(coin: string, seed: number, leverage: number): FitMarket {
  const { candles, openInterest } = testSeries({ seed, candles: days * 24, candleMs: hourMs });
  const random = createRandom(seed);
  const traders = new Map<object, string>();
  const positions = Array.from({ length: days - firstSnapshotDay }, (_, i) => {
    const hour = (firstSnapshotDay + i) * 24;
    const mark = candles[hour - 1]!.close;
    return Array.from({ length: 60 }, (__, k) => {
      const side = k % 2 === 0 ? ('long' as const) : ('short' as const);
      const entry = candles[Math.max(0, hour - 1 - Math.floor(30 * random.exponential()))]!.close;
      const own = leverage * Math.exp(0.15 * random.normal());
      const sign = side === 'long' ? 1 : -1;
      const liquidationPrice = (entry * (1 - sign / own)) / (1 - sign * rate);
      const size = 5 * random.exponential();
      return {
        timeMs: startMs + hour * hourMs,
        side,
        size,
        valueUsd: size * mark,
        liquidationPrice,
        trader: `${k}`,
      };
    }).filter(({ side, liquidationPrice }) =>
      side === 'long' ? liquidationPrice < mark : liquidationPrice > mark,
    );
  }).flat();
  for (const position of positions) traders.set(position, position.trader);
  return {
    coin,
    input: {
      coin,
      venue: 'alpha',
      candles,
      borrowed: false,
      openInterest,
      rules: plainRules,
      weights: wideWeights,
    },
    snapshots: snapshotsOf(positions),
    traderOf: (position) => traders.get(position)!,
  };
}

const meanLeverage = ({ buckets }: OpeningWeights, side: 'longShare' | 'shortShare') =>
  Math.exp(buckets.reduce((sum, bucket) => sum + bucket[side] * Math.log(bucket.leverage), 0));

describe('a fit to markets whose traders are known', () => {
  const markets = [marketOf('LOW', 1, 4), marketOf('HIGH', 2, 12)];
  const training = markets.map(earlierHalf);
  let set: FittedSet;
  beforeAll(() => {
    set = fitWeights(training, settings);
  });

  test('finds about their leverage, by coin', () => {
    for (const side of ['longShare', 'shortShare'] as const) {
      const low = meanLeverage(set.coins.get('LOW')!, side);
      const high = meanLeverage(set.coins.get('HIGH')!, side);
      expect(low).toBeGreaterThan(2.5);
      expect(low).toBeLessThan(6);
      expect(high).toBeGreaterThan(7);
      expect(high).toBeLessThan(18);
    }
    expect(set.trainedUntilMs).toBeLessThan(startMs + (firstSnapshotDay + 4) * dayMs);
  });

  test('tells later positions better than the prior does', () => {
    for (const market of markets) {
      const fitted = scoreHeldOut(market, set.coins.get(market.coin)!);
      const prior = scoreHeldOut(market, wideWeights);
      expect(fitted.logGain).toBeGreaterThan(prior.logGain + 0.05);
      expect(fitted.emdPct).toBeLessThan(prior.emdPct);
    }
  });

  test('has bands that hold later positions about as often as they are called to', () => {
    const one = markets.slice(0, 1);
    const spread = bootstrapSpread(one.map(earlierHalf), set, settings);
    expect(Math.max(...spread.long, ...spread.short)).toBeLessThan(3);
    const calibrated = calibrate(one.map(earlierHalf), set, spread);
    const later = one.map(laterHalf);
    const [, , , widest] = coverageOf(later, seenBy(set, later), calibrated);
    expect(widest!.held).toBeGreaterThan(0.6);
    expect(widest!.held).toBeLessThan(0.97);
  });
});
