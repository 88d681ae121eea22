import { describe, expect, it } from 'vitest';
import { stackBars } from '../../../renderers/map/bars.ts';
import { mapChart } from '../../../renderers/map/chart.ts';
import type { Stroke } from '../../../renderers/map/hatch.ts';
import { hatchMeasured } from '../../../renderers/map/hatch.ts';
import { themes } from '../../../renderers/theme.ts';
import { cropMap } from '../../../src/core/crop-map.ts';
import { fixtures } from '../fixtures.ts';
import { wordsOf } from '../layout-faults.ts';

const fixture = fixtures['measured']!();
const { map } = fixture;
const measured = map.measured!;
const bars = stackBars(map);
const seen = bars.rows.filter(({ layer }) => layer === bars.labels.length);

describe('measured positions in a picture', () => {
  it('stand on the ground, below all leverage', () => {
    expect(seen.every(({ from }) => from === 0)).toBe(true);
    for (const { layer, price, from } of bars.rows) {
      if (layer !== 0) continue;
      expect(from).toBe(seen.find((row) => row.price === price)!.to);
    }
  });

  it('are hatched inside their bars and nowhere else', () => {
    const scale = (usd: number) => 500 - (usd / bars.topUsd) * 300;
    const xOf = (price: number) => ((price - map.edges[0]!) / (map.edges.at(-1)! - map.edges[0]!)) * 1000;
    const strokes = hatchMeasured(bars, { xOf, yOf: scale });
    expect(strokes.length).toBeGreaterThan(30);
    for (const { x, x2, y, y2 } of strokes) {
      expect(x2 - x).toBeCloseTo(y - y2, 6);
      const middle = (x + x2) / 2;
      const bar = seen.findLast((row) => xOf(row.price) <= middle)!;
      expect((y + y2) / 2).toBeGreaterThanOrEqual(scale(bar.to) - 1e-6);
      expect(y).toBeLessThanOrEqual(500 + 1e-6);
    }
  });

  it.each(['dark', 'light'] as const)(
    'are named with coverage and age in %s, and old ones as old',
    (name) => {
      const theme = themes[name];
      const said = wordsOf(mapChart({ ...fixture, theme })).join(' ');
      expect(said).toContain("measured: 41 % of hyperliquid's open interest, 12 min old");
      expect(wordsOf(mapChart({ ...fixtures['measured-old']!(), theme })).join(' ')).toContain(
        "measured: 9 % of hyperliquid's open interest, OLD, 1 h old",
      );
    },
  );

  it('leave a map without them as it was', () => {
    const plain = mapChart({ ...fixtures['eth']!(), theme: themes.dark });
    expect(plain.data['hatch']).toBeUndefined();
    expect(JSON.stringify(plain.template)).not.toContain('hatch');
    // As many layers are not the same layers.
    const sixth = { ...fixtures['eth']!().map.byLeverage[4]!, label: 'more' };
    const six = { ...fixtures['eth']!().map, byLeverage: [...fixtures['eth']!().map.byLeverage, sixth] };
    expect(mapChart({ map: six, clusters: [], theme: themes.dark }).key).not.toBe(
      mapChart({ ...fixture, theme: themes.dark }).key,
    );
    expect(
      (mapChart({ ...fixture, theme: themes.dark }).data['hatch'] as readonly Stroke[]).length,
    ).toBeGreaterThan(30);
  });

  it('are cut with the map, and what is cut off counts as outside', () => {
    const cut = cropMap(fixture, 0.1).map.measured!;
    const all = (bins: Float64Array) => bins.reduce((sum, usd) => sum + usd, 0);
    expect(cut.longUsd.length).toBeLessThan(measured.longUsd.length);
    expect(all(cut.longUsd) + cut.outside.longUsd).toBeCloseTo(all(measured.longUsd), 3);
    expect(all(cut.shortUsd) + cut.outside.shortUsd).toBeCloseTo(all(measured.shortUsd), 3);
  });

  it('are not counted again where maps are drawn without leverage', () => {
    const whole = stackBars({ ...map, byLeverage: [] });
    const top = (rows: typeof bars) => rows.rows.filter(({ layer }) => layer === rows.labels.length - 1);
    expect(top(whole).map(({ to }) => to / whole.topUsd)).toEqual(
      top(bars).map(({ to }) => expect.closeTo(to / bars.topUsd, 9)),
    );
  });
});
