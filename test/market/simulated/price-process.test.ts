import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { PriceProcess } from '../../../src/market/simulated/price-process.ts';

const days = 30;
const seeds = Array.from({ length: 12 }, (_, i) => i);

/** Hourly log returns of two coins over the days of a seed. */
function hourlyReturns(seed: number): [number[], number[]] {
  const process = new PriceProcess(createRandom(seed), [0.025, 0.04], 1);
  const returns: [number[], number[]] = [[], []];
  for (let hour = 0; hour < 24 * days; hour++) {
    const sums = [0, 0];
    for (let minute = 0; minute < 60; minute++) {
      process.startMinute();
      process.next();
      process.moves.forEach((move, coin) => {
        sums[coin]! += move;
      });
    }
    returns[0].push(sums[0]!);
    returns[1].push(sums[1]!);
  }
  return returns;
}

const runs = seeds.map(hourlyReturns);
const all = [runs.flatMap(([first]) => first), runs.flatMap(([, second]) => second)] as const;
const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
const moment = (values: readonly number[], power: number): number => mean(values.map((v) => v ** power));

describe('news', () => {
  it.each([
    [0, 0.025],
    [1, 0.04],
  ])(
    'move coin %i a little less than its volatility a day, forced orders do the rest',
    (coin, volatility) => {
      const daily = Math.sqrt(24 * moment(all[coin]!, 2));
      expect(daily / volatility).toBeGreaterThan(0.75);
      expect(daily / volatility).toBeLessThan(1.02);
    },
  );

  it('have fat tails and calm and wild days', () => {
    expect(moment(all[0], 4) / moment(all[0], 2) ** 2).toBeGreaterThan(5);
    const sizes = runs.map(([first]) => first.map(Math.abs));
    const centre = mean(sizes.flat());
    const lagged = sizes.flatMap((run) => run.slice(3).map((v, i) => (v - centre) * (run[i]! - centre)));
    const variance = mean(sizes.flat().map((v) => (v - centre) ** 2));
    expect(mean(lagged) / variance).toBeGreaterThan(0.1);
  });

  it('reach all coins, with a correlation of three quarters', () => {
    const [first, second] = all;
    const covariance = mean(first.map((v, i) => v * second[i]!));
    const correlation = covariance / Math.sqrt(moment(first, 2) * moment(second, 2));
    expect(correlation).toBeGreaterThan(0.65);
    expect(correlation).toBeLessThan(0.85);
  });

  it('repeat for a seed', () => {
    expect(hourlyReturns(3)).toEqual(runs[3]);
    expect(hourlyReturns(3)).not.toEqual(runs[4]);
  });
});
