import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCandles } from '../../../src/market/recorded/candles.ts';
import { readFunding } from '../../../src/market/recorded/funding.ts';
import { readDailyLiquidations, readLiquidations } from '../../../src/market/recorded/liquidations.ts';
import { readOpenInterest } from '../../../src/market/recorded/open-interest.ts';
import { readPositions } from '../../../src/market/recorded/positions.ts';

/** Real recordings are not part of the project; LIQMAP_DATA names the folder that has them. */
const folder = process.env['LIQMAP_DATA'];
if (!folder) console.warn('real recordings are not tested: LIQMAP_DATA names no folder');

describe.skipIf(!folder)('real recordings', () => {
  const path = (name: string): string => join(folder ?? '', name);

  it.each(['BTC', 'ETH', 'SOL'])('hold 364 days of hourly %s candles without a gap', async (coin) => {
    const candles = await readCandles(path('candles-1h.csv.gz'), { coin, venue: 'binance' });
    expect(candles).toHaveLength(364 * 24);
    expect(candles.at(-1)!.openMs - candles[0]!.openMs).toBe((364 * 24 - 1) * 3_600_000);
  });

  it('hold open interest in base units on one venue, in USD on the other', async () => {
    const base = await readOpenInterest(path('binance-oi-5m.csv.gz'), { coin: 'BTC' });
    const usd = await readOpenInterest(path('hyperliquid-oi-1h.csv.gz'), { coin: 'BTC' });
    expect([base.unit, base.points.length, usd.unit]).toEqual(['base', 27_647, 'usd']);
  });

  it('hold hourly funding that sums to what is paid in 8 hours elsewhere', async () => {
    const yearly = async (venue: string): Promise<number> => {
      const points = await readFunding(path('funding.csv.gz'), { coin: 'BTC', venue });
      return points.reduce((sum, point) => sum + point.rate, 0);
    };
    const [hourly, eightHourly] = await Promise.all([yearly('hyperliquid'), yearly('binance')]);
    expect(hourly / eightHourly).toBeGreaterThan(0.5);
    expect(hourly / eightHourly).toBeLessThan(4);
  });

  it('hold positions, some of which are never liquidated', async () => {
    const positions = await readPositions(path('hyperliquid-positions.csv.gz'));
    expect(new Set(positions.map((position) => position.timeMs)).size).toBe(51);
    expect(positions.some((position) => position.liquidationPrice === undefined)).toBe(true);
  });

  it('hold liquidations whose USD is size at price', async () => {
    const liquidations = await readLiquidations(path('okx-liquidations.csv.gz'), { coin: 'ETH' });
    expect(liquidations).toHaveLength(1632);
    for (const { price, size, usd } of liquidations) expect(usd / (price * size)).toBeCloseTo(1, 2);
    expect(
      await readDailyLiquidations(path('hyperliquid-liquidations-daily.csv'), { coin: 'SOL' }),
    ).toHaveLength(50);
  });
});
