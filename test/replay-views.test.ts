import { describe, expect, test } from 'vitest';
import type { ReplayInput } from '../src/recorded-market.ts';
import { Replay } from '../src/replay.ts';
import { ReplayViews } from '../src/replay-views.ts';
import { dayMs, hourMs, startMs, testSeries } from './support/market-series.ts';
import { replayInput } from './support/replay-input.ts';

const { candles, openInterest } = testSeries({ seed: 3, candles: 4 * 24, candleMs: hourMs });
const input: ReplayInput = replayInput({ candles, openInterest });
const timeMs = startMs + 3 * dayMs;
const known: ReplayInput = {
  ...input,
  candles: candles.filter(({ openMs }) => openMs + hourMs <= timeMs),
  openInterest: openInterest.filter((point) => point.timeMs <= timeMs),
};

describe('views of a recorded market', () => {
  test('never look ahead', async () => {
    const [all, some] = [new ReplayViews(input), new ReplayViews(known)];
    expect(await all.heatmap(timeMs, '12h', [])).toEqual(await some.heatmap(timeMs, '12h', []));
    expect(await all.changes(timeMs, '24h', [])).toEqual(await some.changes(timeMs, '24h', []));
  });

  test('end with what the map of that time shows', async () => {
    const frame = new Replay(input).at(timeMs);
    if ('reason' in frame) throw new Error(frame.reason);
    const heat = await new ReplayViews(input).heatmap(timeMs, '12h', frame.map.venues);
    expect(heat.priceUsd).toBe(frame.mark);
    expect(heat.provenance).toBe('recorded');
    const changes = await new ReplayViews(input).changes(timeMs, '24h', frame.map.venues);
    expect(changes.priceUsd).toBe(frame.mark);
    expect(changes.fromPriceUsd).toBe(
      candles.find(({ openMs }) => openMs === timeMs - dayMs - hourMs)?.close,
    );
  });
});
