import { describe, expect, it } from 'vitest';
import { holdsOn, stopsOut, topsUp } from '../../../src/market/simulated/liquidator.ts';
import { excessOf } from '../../../src/market/simulated/margin-levels.ts';
import { readTruth } from '../../../src/market/simulated/truth.ts';
import { marketOf, markets, type Order, Stage } from './stage.ts';

const btc = marketOf('sim-alpha', 'BTC');
const eth = marketOf('sim-alpha', 'ETH');
const long = (leverage: number, usd = 1e5, market = btc): Order => ({ market, side: 'long', usd, leverage });
const short = (leverage: number, usd = 1e5, market = btc): Order => ({
  market,
  side: 'short',
  usd,
  leverage,
});

/** Distance of an account's liquidation from the mark, as a fraction, as the truth has it. */
function distance(stage: Stage, coinIndex = 0): number | undefined {
  const world = { ledger: stage.ledger, exchange: stage.exchange, nowMs: 0 };
  const { positions, markPrice } = readTruth(world, coinIndex);
  const level = positions.find(({ holder }) => holder !== 'maker')?.liquidationPrice;
  return level === undefined ? undefined : level / markPrice - 1;
}

describe('forced closing on a simulated venue', () => {
  it.each(markets.filter(({ coinIndex }) => coinIndex === 0))(
    'comes at the level and not before ($venue.name)',
    (market) => {
      for (const order of [long(10, 1e5, market), short(10, 1e5, market)]) {
        const stage = new Stage(0);
        const account = stage.open(order);
        const toLevel = distance(stage)!;
        stage.shift(0, toLevel * 0.999);
        expect(stage.lots(account, order)).toBeGreaterThan(0);
        stage.shift(0, toLevel * 0.002);
        expect(stage.lots(account, order)).toBe(0);
        expect(stage.liquidations).toHaveLength(1);
        expect(stage.liquidations[0]!.liquidatedSide).toBe(order.side);
      }
    },
  );

  it('reaches all of ten stacked longs when each pushes the price onto the next, else only the first', () => {
    const [cascade, single] = [1, 0].map((impact) => {
      const stage = new Stage(impact);
      // Levels 0.1 % apart; each forced order moves the price by more than that.
      for (let i = 0; i < 10; i++) stage.open(long(1 / (0.1 + i * 0.001), 3e7));
      let before = stage.exchange.mark[0]!;
      while (stage.liquidations.length === 0) {
        before = stage.exchange.mark[0]!;
        stage.shift(0, -0.0005);
      }
      return { count: stage.liquidations.length, move: stage.exchange.mark[0]! / before };
    });
    expect(single!.count).toBe(1);
    expect(single!.move).toBeCloseTo(0.9995, 6);
    expect(cascade!.count).toBeGreaterThanOrEqual(10);
    expect(cascade!.move).toBeLessThan(0.99);
  });

  it('takes a large position down to a lower tier, and leaves the rest', () => {
    const stage = new Stage(0);
    const order = long(20, 2e7);
    const account = stage.open(order);
    const before = stage.lots(account, order);
    const held = stage.ledger.wallet[account]!;
    stage.shift(0, distance(stage)! * 1.0001);
    const after = stage.lots(account, order);
    const bound = btc.rules.tiers.findLast(
      ({ floor }) => floor <= before * btc.lot * btc.coin.startPrice,
    )!.floor;
    expect(after).toBeGreaterThan(0);
    expect(after * btc.lot * stage.exchange.mark[0]!).toBeLessThan(bound);
    expect(after * btc.lot * stage.exchange.mark[0]!).toBeGreaterThan(0.99 * bound);
    expect(stage.liquidations).toHaveLength(1);
    expect(stage.ledger.wallet[account]!).toBeLessThan(held);
    expect(excessOf(stage.ledger, account, stage.exchange.markY)).toBeGreaterThan(0);
  });

  it('leaves makers with the other side of what traders hold, before and after', () => {
    const stage = new Stage();
    const whale = stage.open(long(20, 2e7));
    const other = stage.open(short(3, 5e6));
    for (const price of [0, -0.05]) {
      stage.shift(0, price);
      const traders = stage.lots(whale, long(20)) - stage.lots(other, short(3));
      expect(stage.exchange.makerNetLots[btc.index]).toBe(-traders);
    }
    expect(stage.liquidations.length).toBeGreaterThan(0);
  });

  it('wants more margin for more than a tier holds', () => {
    const distances = [1e5, 4e7].map((usd) => {
      const stage = new Stage(0);
      stage.open(long(8, usd));
      return distance(stage)!;
    });
    expect(distances[1]).toBeGreaterThan(distances[0]! + 0.01);
  });

  it('is far away for one whose account holds more money', () => {
    const stage = new Stage(0);
    stage.open(long(1.2));
    expect(distance(stage)).toBeLessThan(-0.7);
  });

  it('never comes for a long without leverage', () => {
    const stage = new Stage(0);
    stage.open(long(0.9));
    expect(distance(stage)).toBeUndefined();
    stage.shift(0, -0.95);
    expect(stage.liquidations).toHaveLength(0);
  });

  it('is put off by a profit in another coin of the same account', () => {
    const stage = new Stage(0);
    const account = stage.open(long(10));
    stage.open(short(10, 1e5, eth), { account });
    const apart = distance(stage)!;
    stage.shift(1, -0.1);
    expect(distance(stage)!).toBeLessThan(apart - 0.05);
    stage.shift(0, -0.15);
    expect(stage.lots(account, long(10))).toBeGreaterThan(0);
  });

  it('comes by the losses of several coins together', () => {
    const stage = new Stage(0);
    const account = stage.open(long(10));
    stage.open(long(10, 1e5, eth), { account });
    stage.shift(0, -0.09);
    stage.shift(1, -0.09);
    expect(stage.ledger.held[account]).toBe(2);
    stage.shift(1, -0.02);
    expect(stage.liquidations.length).toBeGreaterThan(0);
  });

  it('spares one who holds as much of the other side', () => {
    const stage = new Stage(0);
    const account = stage.open(long(5));
    stage.open(short(5, 9e4), { account });
    stage.shift(0, -0.5);
    stage.shift(0, 1.5);
    expect(stage.liquidations).toHaveLength(0);
  });

  it('leaves the loss beyond the margin to the insurance fund', () => {
    const stage = new Stage(0);
    stage.open(long(100));
    stage.shift(0, -0.2);
    expect(stage.ledger.insurance[stage.ledger.moneyIndex(btc)]).toBeLessThan(-1e4);
  });

  it('is told at the bankruptcy price where the venue does so', () => {
    const stage = new Stage(1);
    stage.open(long(10, 1e5, marketOf('sim-beta', 'BTC')));
    const entry = stage.trades[0]!.price;
    stage.shift(0, -0.12);
    expect(stage.liquidations[0]!.priceKind).toBe('bankruptcy');
    expect(stage.liquidations[0]!.price / entry).toBeCloseTo(0.9, 3);
  });
});

describe('a trader whose margin runs out', () => {
  const approach = (habit: number): { stage: Stage; account: number; margin: number } => {
    const stage = new Stage(0);
    const account = stage.open(long(10), { habit, alertShare: 0.5 });
    const margin = stage.ledger.wallet[account]!;
    stage.shift(0, -0.06);
    return { stage, account, margin };
  };

  it('may hold on', () => {
    const { stage, account, margin } = approach(holdsOn);
    expect(stage.lots(account, long(10))).toBeGreaterThan(0);
    expect(stage.ledger.wallet[account]).toBe(margin);
  });

  it('may stop: closed, but by no force', () => {
    const { stage, account } = approach(stopsOut);
    expect(stage.lots(account, long(10))).toBe(0);
    expect(stage.liquidations).toHaveLength(0);
    expect(stage.trades.at(-1)!.seller.closedLong).toBeGreaterThan(0);
  });

  it('may add margin, twice, and is liquidated later than without', () => {
    const { stage, account, margin } = approach(topsUp);
    expect(stage.ledger.wallet[account]! - margin).toBeCloseTo(0.06 * 1e5 * (1 - 0.004), -2);
    stage.shift(0, -0.1);
    expect(stage.lots(account, long(10))).toBeGreaterThan(0);
    stage.shift(0, -0.2);
    expect(stage.lots(account, long(10))).toBe(0);
  });
});
