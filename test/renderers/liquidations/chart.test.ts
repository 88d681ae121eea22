import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { barEdges, binLiquidations, type liquidationRows } from '../../../renderers/liquidations/bins.ts';
import { drawLiquidations, liquidationsChart } from '../../../renderers/liquidations/chart.ts';
import { liquidationsText } from '../../../renderers/liquidations/text.ts';
import { themes } from '../../../renderers/theme.ts';
import { setUpFonts } from '../../../src/config.ts';
import { observedUsd } from '../../../src/core/observed.ts';
import { handMadeClusters, handMadeMap, randomMap } from '../fixtures.ts';
import { layoutFaults, valueFaults, wordsOf } from '../layout-faults.ts';
import { changedFromGolden } from '../pixels.ts';
import { type ObservedFixture, observedFixtures, randomObservation, watches } from './fixtures.ts';

beforeAll(() => setUpFonts());

function draw(fixture: ObservedFixture) {
  return liquidationsChart({ ...fixture, theme: themes.dark, brand: 'example.org' });
}

function handMade(): ObservedFixture {
  const map = handMadeMap();
  const at = (price: number, usd: number, side: 'long' | 'short') =>
    ({
      timeMs: map.timeMs - 60_000,
      liquidatedSide: side,
      price,
      priceKind: 'fill',
      size: 1,
      usd,
      venue: 'bybit',
      market: 'TEST/USDT:USDT',
    }) as const;
  return {
    map,
    clusters: handMadeClusters(),
    observation: {
      symbol: 'TEST',
      fromMs: map.timeMs - 4 * 3_600_000,
      toMs: map.timeMs,
      liquidations: [at(97.5, 10, 'long'), at(97.6, 30, 'short'), at(104, 5, 'long'), at(120, 7, 'short')],
      watches: watches.slice(1, 2).map((watch) => ({ ...watch, watchedMs: 4 * 3_600_000 })),
      unobserved: [],
    },
  };
}

describe('the picture of observed liquidations', () => {
  describe.each(Object.entries(observedFixtures))('of the %s fixture', (_, make) => {
    it('has no words that touch or leave the frame, and no number that is none', () => {
      expect(layoutFaults(draw(make()))).toEqual([]);
      expect(valueFaults(draw(make()))).toEqual([]);
    });

    it('has a text twin of below 1,024 characters that says its sums, feeds and time', () => {
      const fixture = make();
      const { caption, alt } = liquidationsText(fixture);
      const words = wordsOf(draw(fixture));
      for (const text of [caption, alt]) {
        expect(text.length).toBeLessThan(1024);
        expect(text).not.toMatch(/NaN|undefined|null|Infinity|\[object/);
        expect(text).toContain('2026-02-14 12:30 UTC');
        if (fixture.observation.liquidations.length === 0) continue;
        for (const sum of words.filter((_, index) => /^of (longs|shorts)$/.test(words[index + 1] ?? ''))) {
          expect(text).toContain(sum);
        }
      }
    });
  });

  it('shares the axis of prices with the map: a bar hangs where its liquidations were', () => {
    const { params, data } = draw(handMade());
    expect(params).toMatchObject({ lowUsd: 96, highUsd: 104 });
    const seen = data['seen'] as ReturnType<typeof liquidationRows>['rows'];
    expect(seen.filter(({ from, to }) => to > from)).toEqual([
      { side: 'long', price: 97, from: 0, to: 10 },
      { side: 'long', price: 103, from: 0, to: 5 },
      { side: 'long', price: 104, from: 0, to: 5 },
      { side: 'short', price: 97, from: 10, to: 40 },
    ]);
  });

  it('says which sums are lower bounds, of which venues every one was seen, and what was not observed', () => {
    const words = wordsOf(draw(observedFixtures['eth']!()));
    const whole = wordsOf(draw(observedFixtures['complete']!()));
    expect(words[words.indexOf('of longs') - 1]).toMatch(/^≥ \$/);
    expect(whole[whole.indexOf('of longs') - 1]).toMatch(/^\$/);
    expect(words.join('\n')).toMatch(/every one seen on .*bybit \$.* at most one a second on .*binance ≥ \$/);
    expect(words.join('\n')).toContain('(20 h of 24 h)');
    expect(words.join('\n')).toContain('not observed: bitget, hyperliquid');
  });

  it('tells a feed that leaves out from one that was not watched all the time', () => {
    const { map, clusters, observation } = observedFixtures['eth']!();
    const uncounted = { venue: 'bybit', shows: 'every' } as const;
    const given = {
      map,
      clusters,
      observation: { ...observation, watches: [...watches.slice(2), uncounted] },
    };
    const { caption } = liquidationsText(given);
    expect(caption).toMatch(/^Every one seen on gate \$\S+$/m);
    expect(caption).toMatch(/^In part on bybit ≥ \$\S+$/m);
    expect(caption).toMatch(/^At most one a second on okx ≥ \$\S+ \(20 h of 24 h\)$/m);
    expect(wordsOf(draw(given)).join()).toContain('in part on bybit ≥ $');
  });

  it('never calls nothing observed nothing liquidated', () => {
    const { map, clusters, observation } = observedFixtures['no-feed']!();
    const words = wordsOf(draw({ map, clusters, observation })).join();
    expect(words).toContain('not observed: no feed showed them');
    expect(words).not.toContain('of longs');
    expect(liquidationsText({ map, clusters, observation }).caption).not.toMatch(/Longs: |none seen/);
    expect(wordsOf(draw(observedFixtures['none-seen']!())).join()).toContain('none seen');
  });

  it('says what lies beyond its edges', () => {
    expect(wordsOf(draw(handMade())).join()).toContain('$7 beyond the picture');
  });

  it('has room for its words on any map', () => {
    const anyFixture = fc
      .record({
        seed: fc.nat(1e6),
        priceUsd: fc.double({ min: -9, max: 6, noNaN: true }).map((exponent) => 10 ** exponent),
        rangePct: fc.double({ min: 2, max: 45, noNaN: true }),
        symbol: fc.constantFrom('ETH', 'kPEPE', '1000000MOGWIFHAT', '币安人生'),
        provenance: fc.constantFrom('live' as const, 'recorded' as const, 'simulated' as const),
      })
      .map((options) => {
        const fixture = randomMap({ ...options, bins: 200 });
        return {
          ...fixture,
          observation: randomObservation({ seed: options.seed, map: fixture.map, count: 60 }),
        };
      });
    fc.assert(
      fc.property(anyFixture, (fixture) => {
        expect(layoutFaults(draw(fixture))).toEqual([]);
        expect(valueFaults(draw(fixture))).toEqual([]);
      }),
      { numRuns: 12 },
    );
  });

  it('is one template for all data of one theme', () => {
    const charts = Object.values(observedFixtures).map((make) => draw(make()));
    expect(new Set(charts.map(({ key }) => key)).size).toBe(1);
    for (const { template } of charts) expect(template).toEqual(charts[0]!.template);
  });

  it('of a small map is as reviewed', async () => {
    const rounded = JSON.stringify(
      draw(handMade()),
      (_, value) => (typeof value === 'number' ? Number(value.toFixed(3)) : value),
      1,
    );
    await expect(rounded).toMatchFileSnapshot('chart.golden.json');
  });

  it.each([
    ['eth', 'dark'],
    ['tiny-price', 'light'],
  ] as const)('of the %s fixture in %s looks as reviewed', async (name, theme) => {
    const png = await drawLiquidations({ ...observedFixtures[name]!(), theme });
    expect(await changedFromGolden(png, `liquidations-${name}-${theme}`, 0.004)).toBeLessThanOrEqual(0.004);
  });
});

describe('bars of liquidations', () => {
  it('hold every dollar, inside the picture or beyond', () => {
    const edges = barEdges(randomMap({ seed: 1, rangePct: 5 }).map.edges);
    fc.assert(
      fc.property(fc.nat(1e6), (seed) => {
        const observation = randomObservation({ seed, map: observedFixtures['eth']!().map, count: 100 });
        const { longUsd, shortUsd, beyond } = binLiquidations(edges, observation.liquidations);
        const sum = (bins: Float64Array) => bins.reduce((all, usd) => all + usd, 0);
        expect(sum(longUsd) + beyond.longUsd).toBeCloseTo(observedUsd(observation, 'long'), 3);
        expect(sum(shortUsd) + beyond.shortUsd).toBeCloseTo(observedUsd(observation, 'short'), 3);
      }),
      { numRuns: 20 },
    );
  });

  it('are wide enough for a phone and keep the ends of the axis', () => {
    for (const bins of [1, 119, 120, 121, 200, 400]) {
      const edges = Float64Array.from({ length: bins + 1 }, (_, edge) => 100 + edge);
      const joined = barEdges(edges);
      expect(joined.length - 1).toBeLessThanOrEqual(120);
      expect(joined[0]).toBe(100);
      expect(joined.at(-1)).toBe(100 + bins);
    }
  });
});

it('the text of observed liquidations names sides, prices, feeds and age', () => {
  expect(liquidationsText(handMade()).caption.split('\n').slice(0, 6)).toEqual([
    'TEST liquidations seen in the last 4 h',
    'Longs: $15 in 2 liquidations: $10 near $97.5 (-2.5 %), $5 near $104 (+4.0 %)',
    'Shorts: $37 in 2 liquidations: $30 near $97.6 (-2.4 %), $7 near $120 (+20.0 %)',
    'Largest: $30 of shorts at $97.6 on bybit, 1 min ago',
    '2026-02-14 12:30 UTC, newest liquidation 1 min ago, map data 12 s old',
    'Every one seen on bybit $52',
  ]);
});
