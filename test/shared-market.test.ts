import { beforeEach, describe, expect, it } from 'vitest';
import type { PricePoint } from '../src/core/market-data.ts';
import type { Market, MarketSource } from '../src/market/source.ts';
import { type MarketBoard, sharedMarket } from '../src/shared-market.ts';

const market = { venue: 'okx', symbol: 'ETH/USDT:USDT' } as Market;

describe('a venue that a collector listens to', () => {
  let nowMs: number;
  let onBoard: PricePoint | Error | undefined;
  let asked: number;
  let troubles: unknown[];
  let source: MarketSource;

  beforeEach(() => {
    [nowMs, onBoard, asked, troubles] = [1_000_000, undefined, 0, []];
    const venue = {
      venue: 'okx',
      price: async () => {
        asked += 1;
        return { timeMs: nowMs, mark: 3000 };
      },
    } as unknown as MarketSource;
    const board = {
      price: async () => {
        if (onBoard instanceof Error) throw onBoard;
        return onBoard;
      },
    } as unknown as MarketBoard;
    source = sharedMarket(venue, board, {
      nowMs: () => nowMs,
      onTrouble: (error) => troubles.push(error),
    });
  });

  it('is not asked for a price that was just heard', async () => {
    onBoard = { timeMs: nowMs - 1_000, mark: 3001 };
    expect(await source.price(market)).toEqual(onBoard);
    expect(asked).toBe(0);
  });

  it.each([
    ['is old', -6_000],
    ['comes from a clock far ahead', 6_000],
  ])('is asked when what was heard %s', async (_, offsetMs) => {
    onBoard = { timeMs: nowMs + offsetMs, mark: 3001 };
    expect(await source.price(market)).toEqual({ timeMs: nowMs, mark: 3000 });
  });

  it('is asked when nothing was heard, or the board cannot be read', async () => {
    await source.price(market);
    onBoard = new Error('Redis is away');
    await source.price(market);
    expect(asked).toBe(2);
    expect(troubles).toEqual([onBoard]);
  });
});
