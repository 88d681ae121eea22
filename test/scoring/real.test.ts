import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readJoinedInput } from '../../src/cli/joined-input.ts';
import { readRecordedInput } from '../../src/cli/recorded-input.ts';
import { completed } from '../../src/cli/score-files.ts';
import type { Candle } from '../../src/core/market-data.ts';
import type { JoinedInput } from '../../src/joined.ts';
import { readCandles } from '../../src/market/recorded/candles.ts';
import { readOpenInterest } from '../../src/market/recorded/open-interest.ts';
import type { RecordedPosition } from '../../src/market/recorded/positions.ts';
import { readPositions } from '../../src/market/recorded/positions.ts';
import type { ReplayInput } from '../../src/recorded-market.ts';
import { scoreModels } from '../../src/scoring/models.ts';
import { snapshotsOf } from '../../src/scoring/snapshots.ts';
import type { Scores } from '../../src/scoring.ts';
import { score } from '../../src/scoring.ts';
import { hourMs } from '../support/market-series.ts';

/** Real recordings are not part of the project; LIQMAP_DATA names the folder that has them. */
const folder = process.env['LIQMAP_DATA'];
if (!folder) console.warn('no model is scored against real positions: LIQMAP_DATA names no folder');

describe.skipIf(!folder)('real positions in Bitcoin', () => {
  let input: ReplayInput;
  let measured: JoinedInput;
  let own: readonly RecordedPosition[];
  let scores: Scores;
  beforeAll(async () => {
    const [values] = completed({ data: folder ?? '', venue: 'hyperliquid' });
    const year = await readRecordedInput('score', values!, 'BTC');
    // A third of the year is quicker to fold, and gives the same verdicts.
    input = { ...year, candles: year.candles.slice(-120 * 24) };
    const positions = join(folder ?? '', 'hyperliquid-positions.csv.gz');
    measured = await readJoinedInput({ ...values, positions }, input);
    const all = await readPositions(positions);
    own = all.filter(({ coin }) => coin === 'BTC');
    scores = score(input, own);
  }, 120_000);
  const both = (model: string) => scores.rows.find((row) => row.model === model && row.side === 'both')!;

  test('are scored on the later half of the snapshots, five days, both sides', () => {
    expect([scores.training.snapshots, scores.scored.snapshots]).toEqual([25, 26]);
    expect(scores.training.toMs).toBeLessThan(scores.scored.fromMs);
    expect(both('flat')).toMatchObject({ days: 5, snapshots: 47, positions: 751 });
  });

  test('lie 3.73 % of price from a flat line, which no model can change', () => {
    expect(both('flat').measures!.emdPct.value).toBeCloseTo(3.73, 2);
    expect(both('flat').measures!.p10.value).toBeCloseTo(0.1, 12);
  });

  test('are told better by the book than by a flat line, and worse by the usual ladders', () => {
    expect(both('our book before fitting').overFlat!.logGain.verdict).toBe('better');
    expect(both('10/25/50/100x ladder on rising OI').overFlat!.logGain.verdict).toBe('worse');
    expect(both('1 - 1/L ladder on volume').overFlat!.logGain.verdict).toBe('worse');
  });

  test('are scored for every model on the same sides of snapshots', () => {
    for (const { model, side, snapshots } of scores.rows) {
      const flat = scores.rows.find((row) => row.model === 'flat' && row.side === side)!;
      expect([model, side, snapshots]).toEqual([model, side, flat.snapshots]);
    }
    expect(scores.refused.map(({ model }) => model)).toEqual(['our book as shipped']);
  });

  test('are not looked at by the joined estimate until four hours later', () => {
    const timeMs = scores.times[0]!;
    // A book of some weeks is as good for this as one of a year.
    const recent = { ...input, candles: input.candles.slice(-60 * 24) };
    const knownMs = timeMs - measured.measuredAgeMs;
    const closed = ({ openMs }: Candle) => openMs + hourMs <= timeMs;
    const known = {
      ...recent,
      candles: recent.candles.filter(closed),
      openInterest: input.openInterest.filter((point) => point.timeMs <= timeMs),
      funding: input.funding!.filter((point) => point.timeMs <= timeMs),
    };
    const paths = [...measured.paths].map(
      ([coin, path]) => [coin, { ...path, candles: path.candles.filter(closed) }] as const,
    );
    const positions = measured.positions.filter((one) => one.timeMs <= knownMs);
    expect(positions.length).toBeLessThan(measured.positions.length);
    const predictionOf = (given: Omit<JoinedInput, 'input'>, market: ReplayInput) => {
      const context = { input: market, candleMs: hourMs, training: [], measured: given };
      const models = scoreModels.flatMap((make) => make(context) ?? []);
      const joined = models.find(({ name }) => name.startsWith('joined'))!;
      const { markUsd } = snapshotsOf(own.filter((one) => one.timeMs === timeMs))[0]!;
      return joined.predict({ timeMs, markUsd, earlier: [] })!;
    };
    const whole = predictionOf(measured, recent);
    const cut = predictionOf({ ...measured, positions, paths: new Map(paths) }, known);
    expect(cut.long).toEqual(whole.long);
    expect(cut.short).toEqual(whole.short);
  }, 120_000);
});

describe.skipIf(!folder)('hourly open interest of Hyperliquid in USD', () => {
  test('follows the price of the hour after its stamp more than that of its own, so it is known later', async () => {
    const path = (name: string) => join(folder ?? '', name);
    const candles = await readCandles(path('candles-1h.csv.gz'), { coin: 'ETH', venue: 'binance' });
    const recorded = await readOpenInterest(path('hyperliquid-oi-1h.csv.gz'), { coin: 'ETH' });
    if (recorded.unit !== 'usd') throw new Error('the file is said to be in USD');
    const usd = new Map(recorded.points.map((point) => [point.timeMs, point.usd]));
    const change = new Map(candles.map(({ openMs, open, close }) => [openMs, Math.log(close / open)]));
    const covariance = (laterHours: number) => {
      let sum = 0;
      for (const [timeMs, before] of usd) {
        const after = usd.get(timeMs + hourMs);
        const price = change.get(timeMs + laterHours * hourMs);
        // Days of liquidation would decide alone.
        const grown = after === undefined ? 0 : Math.log(after / before);
        if (price !== undefined && Math.abs(grown) < 0.05) sum += grown * price;
      }
      return sum;
    };
    expect(covariance(1)).toBeGreaterThan(covariance(0));
    expect(covariance(0)).toBeGreaterThan(10 * Math.abs(covariance(2)));
  });
});
