import { describe, expect, it } from 'vitest';
import type { Candle, Liquidation, OpenInterestPoint } from '../../../src/core/market-data.ts';
import type { Trade } from '../../../src/market/simulated/exchange.ts';
import { house } from '../../../src/market/simulated/ledger.ts';
import { excessOf, requirementOf } from '../../../src/market/simulated/margin-levels.ts';
import { createSimulatedSources } from '../../../src/market/simulated/market.ts';
import { coinSpecs, venueSpecs } from '../../../src/market/simulated/specs.ts';
import { World } from '../../../src/market/simulated/world.ts';

const startMs = Date.UTC(2026, 0, 5);
const hourMs = 3_600_000;
const endMs = startMs + 36 * hourMs;
const range = { fromMs: startMs, toMs: endMs };

type Told = {
  readonly name: string;
  readonly coin: string;
  readonly lot: number;
  readonly tape: readonly Trade[];
  readonly candles: readonly Candle[];
  readonly openInterest: readonly OpenInterestPoint[];
  readonly liquidations: readonly Liquidation[];
};

/** A day and a half of six markets: their tapes, and what their sources tell of them. */
async function live(seed: number): Promise<{ told: Told[]; sim: ReturnType<typeof createSimulatedSources> }> {
  const tape: Trade[] = [];
  const options = { seed, startMs, endMs, coins: ['BTC', 'SOL'], warmUpDays: 2 };
  const sim = createSimulatedSources({ ...options, onTrade: (trade) => tape.push(trade) });
  const told: Told[] = [];
  for (const source of sim.sources) {
    for (const market of await source.markets()) {
      const trades = tape.filter(
        (t) => t.market.venue.name === source.venue && t.market.coin.name === market.base,
      );
      told.push({
        name: `${source.venue} ${market.base}`,
        coin: market.base,
        lot: trades[0]!.market.lot,
        tape: trades,
        candles: (await source.candles(market, { ...range, timeframe: '1m', price: 'last' }))!,
        openInterest: (await source.openInterestHistory(market, {
          ...range,
          toMs: endMs + 1,
          timeframe: '5m',
        }))!,
        liquidations: (await source.liquidations(market, range))!,
      });
    }
  }
  return { told, sim };
}

/** Sizes as whole lots, in which sums are exact. */
const lots = (size: number, lot: number): number => {
  const count = Math.round(size / lot);
  if (Math.abs(size / lot - count) > 1e-6) throw new Error(`${size} is no multiple of ${lot}`);
  return count;
};
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Trades by the beginning of the step in which they happened. */
function bySteps(tape: readonly Trade[], stepMs: number): Map<number, Trade[]> {
  const groups = new Map<number, Trade[]>();
  for (const trade of tape) {
    const fromMs = Math.floor(trade.timeMs / stepMs) * stepMs;
    const group = groups.get(fromMs);
    if (group) group.push(trade);
    else groups.set(fromMs, [trade]);
  }
  return groups;
}

describe.each([1, 2, 3])('a simulated market of seed %i', async (seed) => {
  const { told, sim } = await live(seed);

  it('has a buyer and a seller of the same size in every trade', () => {
    for (const { tape, lot } of told) {
      const uneven = tape.filter(({ size, buyer, seller }) => {
        const bought = lots(buyer.openedLong, lot) + lots(buyer.closedShort, lot);
        const sold = lots(seller.openedShort, lot) + lots(seller.closedLong, lot);
        return size <= 0 || bought !== lots(size, lot) || sold !== bought;
      });
      expect(uneven).toEqual([]);
      expect(tape.length).toBeGreaterThan(1000);
    }
  });

  it('counts each trade once in the volume, and has its price within the candle', () => {
    for (const { tape, candles, lot } of told) {
      const byMinute = bySteps(tape, 60_000);
      const wrong = candles.filter(({ openMs, high, low, volume }) => {
        const trades = byMinute.get(openMs) ?? [];
        const outside = trades.some(({ price }) => price < low || price > high);
        return outside || lots(volume, lot) !== sum(trades.map(({ size }) => lots(size, lot)));
      });
      expect(wrong).toEqual([]);
      expect(candles).toHaveLength(36 * 60);
    }
  });

  it('changes open interest by what was opened less what was closed, on either side', () => {
    for (const { tape, openInterest, lot } of told) {
      const bySteps5 = bySteps(tape, 300_000);
      const wrong = openInterest.slice(0, -1).filter(({ timeMs, size }, i) => {
        const change = lots(openInterest[i + 1]!.size, lot) - lots(size, lot);
        const trades = bySteps5.get(timeMs) ?? [];
        const long = trades.map((t) => lots(t.buyer.openedLong, lot) - lots(t.seller.closedLong, lot));
        const short = trades.map((t) => lots(t.seller.openedShort, lot) - lots(t.buyer.closedShort, lot));
        return sum(long) !== change || sum(short) !== change;
      });
      expect(wrong).toEqual([]);
      expect(openInterest).toHaveLength(36 * 12 + 1);
    }
  });

  it('has every liquidation on the tape and in the feed', () => {
    let count = 0;
    for (const { tape, liquidations, lot } of told) {
      const forced = tape.filter(({ liquidatedSide }) => liquidatedSide);
      count += forced.length;
      const described = (of: { timeMs: number; size: number; liquidatedSide?: string }): unknown[] => [
        of.timeMs,
        of.liquidatedSide,
        lots(of.size, lot),
      ];
      expect(liquidations.map(described)).toEqual(forced.map(described));
      for (const { liquidatedSide, buyer, seller, size } of forced) {
        expect(liquidatedSide === 'long' ? seller.closedLong : buyer.closedShort).toBe(size);
      }
    }
    expect(count).toBeGreaterThan(20);
  });

  it('opens each minute where the last has closed, with the extremes outside', () => {
    for (const { candles } of told) {
      const wrong = candles.filter(({ openMs, open, high, low, close }, i) => {
        const gap = openMs !== startMs + i * 60_000 || (i > 0 && open !== candles[i - 1]!.close);
        return gap || high < Math.max(open, close) || low > Math.min(open, close) || low <= 0;
      });
      expect(wrong).toEqual([]);
    }
  });

  it('has as many longs as shorts in truth, and both are the open interest', () => {
    for (const { name, coin, lot, openInterest } of told) {
      for (const point of [openInterest[0]!, openInterest.at(-1)!]) {
        const { positions } = sim.truth(coin, point.timeMs);
        const own = positions.filter(({ venue }) => name.startsWith(venue));
        for (const side of ['long', 'short']) {
          const held = own.filter((position) => position.side === side).map(({ size }) => lots(size, lot));
          expect(sum(held)).toBe(lots(point.size, lot));
        }
      }
    }
  });
});

describe('money in a simulated world', () => {
  const options = { seed: 5, birthMs: startMs, forcedImpact: 1 };

  it.each([
    ['USD', { coins: coinSpecs, venues: venueSpecs.slice(0, 1) }],
    ['coins', { coins: coinSpecs.slice(1, 2), venues: venueSpecs.slice(2) }],
  ])(
    'in %s is neither made nor lost: wallets, profits and the insurance fund are what came in',
    (_, names) => {
      let paid = 0;
      const world = new World({ ...options, ...names, onFunding: () => paid++ });
      for (let minute = 0; minute < 3 * 1440; minute++) world.step();
      const { ledger, exchange } = world;
      let held = sum([...ledger.insurance]);
      let positive = 0;
      for (let account = 0; account < ledger.accounts; account++) {
        const { markY } = exchange;
        const equity = excessOf(ledger, account, markY) + requirementOf(ledger, account, markY);
        held += equity;
        positive += ledger.kind[account] === house ? 0 : equity;
      }
      expect(paid).toBe(9 * names.coins.length);
      expect(positive).toBeGreaterThan(0);
      expect(Math.abs(held - sum([...ledger.deposited]))).toBeLessThan(1e-9 * positive);
    },
  );
});

describe('accounts of a simulated world', () => {
  it('all meet their requirements after every hour', () => {
    const world = new World({
      seed: 8,
      birthMs: startMs,
      forcedImpact: 1,
      coins: coinSpecs,
      venues: venueSpecs,
    });
    for (let hour = 0; hour < 24; hour++) {
      for (let minute = 0; minute < 60; minute++) world.step();
      const { ledger, exchange } = world;
      const watched = Array.from({ length: ledger.accounts }, (_, account) => account).filter(
        (account) => ledger.held[account]! > 0 && ledger.kind[account] !== house,
      );
      expect(watched.filter((account) => excessOf(ledger, account, exchange.markY) <= 0)).toEqual([]);
    }
  });
});
