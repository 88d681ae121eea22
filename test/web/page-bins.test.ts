import { describe, expect, it } from 'vitest';
import { escaped, filled } from '../../src/web/html.ts';
import { mapPage } from '../../src/web/map-page.ts';
import { pageBins } from '../../src/web/page-bins.ts';
import { pageData, pageFacts } from '../../src/web/page-facts.ts';
import { randomMap } from '../renderers/fixtures.ts';

const answer = randomMap({ seed: 4, symbol: 'ETH', bins: 120 });
const { map } = answer;

describe('the bins of a page', () => {
  it('are those of the map that hold something, from the lowest price up, each with its side', () => {
    const bins = pageBins(map);
    const filledBins = [...map.longUsd].filter((usd, i) => usd > 0 || map.shortUsd[i]! > 0);
    expect(bins).toHaveLength(filledBins.length);
    expect(bins.map(({ low }) => low)).toEqual(bins.map(({ low }) => low).sort((a, b) => a - b));
    for (const { low, high, side, distance } of bins) {
      expect(side).toBe(high <= map.priceUsd ? 'long' : 'short');
      expect(distance.startsWith(side === 'long' ? '-' : '+')).toBe(true);
      expect(low).toBeLessThan(high);
    }
  });

  it('tell on the way outward what lies between the price and them', () => {
    const bins = pageBins(map);
    const whole = (side: 'long' | 'short') => bins.filter((bin) => bin.side === side);
    expect(whole('long').at(-1)!.onTheWay).toBe(whole('long').at(-1)!.usd);
    expect(whole('short')[0]!.onTheWay).toBe(whole('short')[0]!.usd);
  });
});

describe('the page of a map', () => {
  const facts = pageFacts(answer, map.timeMs);
  const page = (nowMs: number, more: Partial<typeof facts> = {}) =>
    mapPage({
      kind: 'shared',
      facts: { ...facts, ...more },
      path: '/m/x',
      base: 'https://maps.example.com',
      livePath: '/live/ETH',
      nowMs,
    });

  it('has the same words as the picture, and its preview the picture', () => {
    const text = page(map.timeMs);
    for (const line of facts.lines) expect(text).toContain(escaped(line));
    expect(text).toContain('<meta property="og:image" content="https://maps.example.com/m/x.png">');
    expect(text).toContain('<meta name="twitter:card" content="summary_large_image">');
    expect(text).toContain('href="/live/ETH"');
    expect(text).not.toMatch(/\{\{|OLD/);
  });

  it('says that it is old once it is', () => {
    expect(page(map.timeMs + 14 * 60_000)).not.toContain('OLD');
    expect(page(map.timeMs + 15 * 60_000)).toContain('OLD: ');
  });

  it('shows what a venue calls itself as text, whatever it is', () => {
    const text = page(map.timeMs, { lines: ['<script>alert(1)</script>"\'`'], title: '{{alt}} <b>' });
    expect(text).not.toContain('<script>alert');
    expect(text).toContain('&#60;script&#62;alert(1)&#60;/script&#62;&#34;&#39;&#96;');
    expect(text).toContain('{{alt}} &#60;b&#62;');
  });

  it('is never sent with a hole in it', () => {
    expect(() => filled('{{title}} {{other}}', { title: 'x' })).toThrow(/"other"/);
  });
});

describe('what a page draws', () => {
  it('differs between dark and light in colours alone', () => {
    const dark = pageData(answer, 'dark', map.timeMs);
    const light = pageData(answer, 'light', map.timeMs);
    expect(light.bins).toEqual(dark.bins);
    const plain = (chart: object) => JSON.stringify(chart).replace(/#[0-9A-F]{6}/gi, 'color');
    expect(plain(light.chart)).toBe(plain(dark.chart));
    expect(light.chart).not.toEqual(dark.chart);
  });
});
