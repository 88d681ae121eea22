import { describe, expect, it } from 'vitest';
import { settleFunding } from '../../../src/market/simulated/funding.ts';
import { marketOf, markets, Stage } from './stage.ts';

describe('funding on a simulated venue', () => {
  const settle = (stage: Stage, venue: string, rates: readonly number[]): Map<number, number> => {
    const paid = new Map<number, number>();
    settleFunding({
      ledger: stage.ledger,
      markets: markets.filter((market) => market.venue.name === venue),
      rates,
      markY: stage.exchange.markY,
      onPaid: (account, amount) => paid.set(account, amount),
    });
    return paid;
  };

  it.each([
    ['sim-alpha', 1e5],
    ['sim-coin', 1e5 / 95_000],
  ])('on %s takes the rate of the value from longs and gives it to shorts', (venue, value) => {
    const stage = new Stage();
    const market = marketOf(venue, 'BTC');
    const long = stage.open({ market, side: 'long', usd: 1e5, leverage: 5 });
    const short = stage.open({ market, side: 'short', usd: 5e4, leverage: 5 });
    const before = [stage.ledger.wallet[long]!, stage.ledger.wallet[short]!];
    const paid = settle(stage, venue, [0.001, 0, 0]);
    expect(paid.get(long)! / (0.001 * value)).toBeCloseTo(1, 2);
    expect(paid.get(short)! / (0.001 * value)).toBeCloseTo(-0.5, 2);
    expect(stage.ledger.wallet[long]).toBe(before[0]! - paid.get(long)!);
    expect(stage.ledger.wallet[short]).toBe(before[1]! - paid.get(short)!);
  });

  it('sums to nothing over all accounts, makers included', () => {
    const stage = new Stage();
    const market = marketOf('sim-alpha', 'ETH');
    for (let i = 1; i < 8; i++) stage.open({ market, side: 'long', usd: 1e5 * i, leverage: i });
    const paid = [...settle(stage, 'sim-alpha', [0.001, -0.002, 0.0005]).values()];
    expect(Math.max(...paid)).toBeGreaterThan(100);
    expect(Math.abs(paid.reduce((sum, amount) => sum + amount, 0))).toBeLessThan(1e-6);
  });

  it('brings a long closer to its liquidation', () => {
    const stage = new Stage(0);
    const market = marketOf('sim-alpha', 'BTC');
    const long = stage.open({ market, side: 'long', usd: 1e5, leverage: 10 });
    for (const [account, amount] of settle(stage, 'sim-alpha', [0.05, 0, 0]))
      stage.liquidator.paid(account, amount);
    stage.shift(0, -0.045);
    expect(stage.ledger.held[long]).toBe(1);
    stage.shift(0, -0.005);
    expect(stage.ledger.held[long]).toBe(0);
  });
});
