import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Liquidation } from '../src/core/market-data.ts';
import { LiquidationRecorder } from '../src/liquidation-recorder.ts';
import { createLog } from '../src/log.ts';
import type { Market } from '../src/market/source.ts';
import type { LiquidationKey } from '../src/store/liquidations.ts';

const market = (symbol: string) => ({ venue: 'okx', symbol }) as Market;
const liquidation = (timeMs: number) => ({ timeMs, liquidatedSide: 'long' }) as Liquidation;

describe('liquidations that stream by', () => {
  let written: { key: LiquidationKey; rows: readonly Liquidation[] }[];
  let away: boolean;
  let log: string[];
  let recorder: LiquidationRecorder;

  beforeEach(() => {
    vi.useFakeTimers();
    [written, away, log] = [[], false, []];
    recorder = new LiquidationRecorder({
      store: {
        liquidations: {
          read: () => Promise.reject(new Error('not asked')),
          write: async (key, rows) => {
            if (away) throw new Error('disk is full');
            written.push({ key, rows });
          },
        },
      },
      log: createLog({ level: 'info', write: (line) => log.push(line) }),
      writeEveryMs: 1_000,
    });
  });
  afterEach(async () => {
    await recorder.stop();
    vi.useRealTimers();
  });

  const take = (symbol: string, timeMs: number) =>
    recorder.take({ market: market(symbol), liquidation: liquidation(timeMs), key: `${timeMs}` });

  it('are written many at a time, by market', async () => {
    take('A', 1);
    take('B', 2);
    take('A', 3);
    expect(written).toEqual([]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(written.map(({ key, rows }) => [key.symbol, rows.map(({ timeMs }) => timeMs)])).toEqual([
      ['A', [1, 3]],
      ['B', [2]],
    ]);
  });

  it('wait while the store is away, in order, and the log says so once', async () => {
    away = true;
    take('A', 1);
    await vi.advanceTimersByTimeAsync(1_000);
    take('A', 2);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(recorder.waiting).toBe(2);
    away = false;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(written.flatMap(({ rows }) => rows.map(({ timeMs }) => timeMs))).toEqual([1, 2]);
    expect(log.filter((line) => line.includes('cannot be written'))).toHaveLength(1);
    expect(log.filter((line) => line.includes('are written again'))).toHaveLength(1);
  });

  it('are written at the stop', async () => {
    take('A', 1);
    await recorder.stop();
    expect(written).toHaveLength(1);
  });
});
