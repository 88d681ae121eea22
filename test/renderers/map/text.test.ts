import { describe, expect, it } from 'vitest';
import { mapChart } from '../../../renderers/map/chart.ts';
import { mapText } from '../../../renderers/map/text.ts';
import type { Text } from '../../../renderers/marks.ts';
import { themes } from '../../../renderers/theme.ts';
import { fixtures } from '../fixtures.ts';

/** Words of the picture that are decoration, not facts: axes, legend, and the labels of facts. */
const decoration =
  /^(Leverage|·|\/+|a move of|would|liquidate|USD per .*|cumulative .*|PRICE|OPEN INTEREST|OI 24H|FUNDING 8H|◀|▶|if price (falls|rises)|(LONGS|SHORTS) LIQUIDATED)$/;

describe.each(Object.entries(fixtures))('the text of the %s fixture', (name, make) => {
  const { map, clusters } = make();
  const { caption, alt } = mapText(map, clusters);

  it('stays below 1,024 characters', () => {
    expect(caption.length).toBeLessThan(1024);
    expect(alt.length).toBeLessThan(1024);
  });

  it('holds no number that is none', () => {
    expect(`${caption} ${alt}`).not.toMatch(/NaN|undefined|null|Infinity|\[object/);
  });

  // Its fourteen venues fit neither text; what is cut is checked below.
  if (name === 'long-name') return;

  it('says every fact of the picture in the same words', () => {
    const chart = mapChart({ map, clusters, theme: themes.dark });
    const labels = map.byLeverage.map(({ label }) => label);
    const facts = (chart.data['texts'] as readonly Text[])
      // Ticks are smaller than any fact but the foot.
      .filter(({ size, y, text }) => y < 540 || size > 17 || /age|ATR/.test(text))
      .filter(({ size, x, y }) => !(y > 170 && size === 16) && !(y > 500 && y < 560) && x > 0)
      .map(({ text }) => text)
      .filter((text) => !decoration.test(text) && !labels.includes(text))
      .filter((text) => !text.startsWith('broken bar') && text !== 'no open positions to draw')
      .flatMap((text) => text.replace('liquidation map', '').split(/ · |, |STALE: /))
      .map((text) => text.replace(/^data |^left out: | \+\d+$/g, '').trim())
      .filter((text) => text !== '');
    expect(facts.length).toBeGreaterThan(15);
    for (const fact of facts) {
      expect(caption.toLowerCase()).toContain(fact.toLowerCase());
      expect(alt.toLowerCase()).toContain(fact.toLowerCase());
    }
  });
});

describe('the text of a map', () => {
  it('names price, sides, clusters, sweeps, time and venues', () => {
    const { map, clusters } = fixtures['eth']!();
    const { caption } = mapText(map, clusters);
    expect(caption.split('\n')).toEqual([
      'ETH liquidation map, opened in the last 7d - MODEL ESTIMATE',
      'Price $3,012.5, open interest $8.2B (+3.1 % in 24h), funding +0.0100 % per 8h, fragility: no order book',
      expect.stringMatching(/^If price falls, longs: \$\S+M at \$2,\S+ \(-\S+ %, \S+x\), /),
      expect.stringMatching(/^If price rises, shorts: \$\S+M at \$3,\S+ \(\+\S+ %, \S+x\), /),
      expect.stringMatching(/^A fall liquidates \S+ \(-1 %\), \S+ \(-2 %\), \S+ \(-5 %\), \S+ \(-10 %\)$/),
      expect.stringMatching(
        /^A rise liquidates \S+ \(\+1 %\), \S+ \(\+2 %\), \S+ \(\+5 %\), \S+ \(\+10 %\)$/,
      ),
      '2026-02-14 12:30 UTC, data 12 s old, 14 % of positions of unknown age, daily range (ATR) 4.2 %',
      'Venues: binance, okx, gate, hyperliquid.',
      'Left out: bybit (geo-blocked).',
    ]);
  });

  it('says that nothing is near where there are no clusters', () => {
    const { map } = fixtures['eth']!();
    expect(mapText(map, []).caption).toContain('If price falls, longs: none');
  });

  it('cuts what it says about venues when there are too many, not the numbers', () => {
    const { map, clusters } = fixtures['long-name']!();
    const { caption, alt } = mapText(map, clusters);
    expect(caption).toContain('(+10 %)');
    expect(alt).toContain('(+10 %)');
    expect(caption.endsWith('…')).toBe(true);
  });

  it('tells the markets apart where a venue is partly in', () => {
    const { map, clusters } = fixtures['single-venue']!();
    const venues = [
      { venue: 'okx', market: 'ETH/USDT:USDT', included: true },
      { venue: 'okx', market: 'ETH/USD:ETH', included: false, note: 'no candles' },
    ];
    const { caption } = mapText({ ...map, venues }, clusters);
    expect(caption).toContain('Venues: okx.');
    expect(caption).toContain('Left out: okx ETH/USD:ETH (no candles).');
  });

  it('names venues that are still loading once, and loudly on the picture', () => {
    const { map, clusters } = fixtures['eth']!();
    const late = { included: false, loading: true, note: 'still loading' } as const;
    const venues = [
      { venue: 'binance', market: 'A', included: true, dataAgeMs: 1_000 },
      { venue: 'okx', market: 'A', ...late },
      { venue: 'okx', market: 'B', ...late },
      { venue: 'okx', market: '2 dated futures', included: false },
      { venue: 'gate', market: 'A', ...late },
    ];
    expect(mapText({ ...map, venues }, clusters).caption).toContain('Left out: okx, gate (still loading).');
    const chart = mapChart({ map: { ...map, venues }, clusters, theme: themes.dark });
    const words = (chart.data['texts'] as readonly Text[]).map(({ text }) => text);
    expect(words).toContain('LOADING: okx, gate');
  });
});
