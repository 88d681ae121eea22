import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { tierOf } from '../../../src/core/tiers.ts';
import { carry } from '../../../src/market/simulated/ledger.ts';
import {
  drawClass,
  drawStandingClass,
  drawTrader,
  holdingClasses,
} from '../../../src/market/simulated/trader-draws.ts';
import { marketOf, markets } from './stage.ts';

const calm = { trend: 0, imbalance: 0, settleUsd: 1 };

const drawMany = (market: (typeof markets)[number], mood = calm) => {
  const random = createRandom(4);
  return Array.from({ length: 5000 }, () => drawTrader(random, market, mood));
};
const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

describe('new traders', () => {
  it('use a wide range of effective leverage, 4x in the middle', () => {
    const leverages = drawMany(marketOf('sim-alpha', 'BTC')).map(({ leverage }) => leverage);
    expect(median(leverages)).toBeGreaterThan(3.5);
    expect(median(leverages)).toBeLessThan(6);
    expect(leverages.some((leverage) => leverage < 0.8)).toBe(true);
    expect(leverages.some((leverage) => leverage > 60)).toBe(true);
  });

  it.each(markets)('stay within what the tiers of $venue.name allow for $coin.name', (market) => {
    const settleUsd = market.direction === 1 ? 1 : market.coin.startPrice;
    for (const { usd, leverage } of drawMany(market, { ...calm, settleUsd })) {
      expect(leverage).toBeLessThan(tierOf(market.rules.tiers, usd / settleUsd).maxLeverage);
    }
  });

  it('shy away from the crowded side, and only some follow the trend', () => {
    const longs = (mood: typeof calm): number =>
      drawMany(marketOf('sim-alpha', 'ETH'), mood).filter(({ side }) => side === 'long').length / 5000;
    expect(longs(calm)).toBeCloseTo(0.5, 1);
    expect(longs({ ...calm, imbalance: 0.3 })).toBeLessThan(0.25);
    expect(longs({ ...calm, imbalance: -0.3 })).toBeGreaterThan(0.75);
    expect(longs({ ...calm, trend: 2 })).toBeGreaterThan(longs({ ...calm, trend: -2 }) + 0.03);
  });

  it('are in part holders of coins who short them without leverage, on inverse venues only', () => {
    const carries = drawMany(marketOf('sim-coin', 'BTC'), { ...calm, settleUsd: 95_000 }).filter(
      ({ kind }) => kind === carry,
    );
    expect(carries.length).toBeGreaterThan(100);
    expect(carries.every(({ side, leverage }) => side === 'short' && leverage === 1)).toBe(true);
    expect(drawMany(marketOf('sim-alpha', 'BTC')).some(({ kind }) => kind === carry)).toBe(false);
  });

  it('are mostly quick ones when they come, and mostly slow ones at any time', () => {
    const random = createRandom(9);
    const quick = (draw: typeof drawClass): number =>
      Array.from({ length: 5000 }, () => holdingClasses[draw(random)]!).filter((c) => c.meanMinutes < 300)
        .length;
    expect(quick(drawClass)).toBeGreaterThan(2500);
    expect(quick(drawStandingClass)).toBeLessThan(250);
  });
});
