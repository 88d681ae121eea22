import { describe, expect, test } from 'vitest';
import { mapInfo } from '../../commands/map-info.ts';
import {
  type Assumptions,
  fillingRules,
  type MarketInputs,
  notModelled,
} from '../../src/core/assumptions.ts';
import { commandNamed, contextOf, FakeMaps, madeMs } from './fakes.ts';

const input: MarketInputs = {
  venue: 'binance',
  market: 'ETH/USDT:USDT',
  contract: 'linear',
  share: 0.62,
  candles: { count: 2016, stepMs: 900_000, fromMs: madeMs - 21 * 86_400_000, marks: true },
  openInterest: { points: 1800, fromMs: madeMs - 20 * 86_400_000 },
  fundingPoints: 63,
  margin: { source: 'a dated copy', asOfMs: Date.UTC(2024, 9, 1), tiers: 11, feeRate: 0 },
  orderBookLevels: 2000,
};
const { fundingPoints: _funding, orderBookLevels: _levels, ...bare } = input;

const assumptions: Assumptions = {
  weights: {
    source: 'fitted to 7,220 positions',
    score: 'p@10 0.25, EMD 2.9 %',
    churn: 0.85,
    fastHazardRatio: 10,
  },
  inputs: [{ ...bare, venue: 'okx', share: 0.38, openInterest: { points: 1, fromMs: 0 } }, input],
  coverage: { marketsIn: 2, marketsOut: 1, knownAge: 0.86, orderBooks: 0.62 },
  rules: fillingRules,
  notModelled,
};

/** Maps that say what they rest on. */
class ToldMaps extends FakeMaps {
  readonly #told: Assumptions;
  constructor(told: Assumptions) {
    super();
    this.#told = told;
  }
  override async map(request: Parameters<FakeMaps['map']>[0]) {
    const answer = await super.map(request);
    return { ...answer, map: { ...answer.map, assumptions: this.#told } };
  }
}

describe('/about of a coin', () => {
  test('says inputs and their age, weights and their score, coverage, and what is not modelled', async () => {
    const { text, data } = await commandNamed('about').run(
      { symbol: 'eth' },
      contextOf({ maps: new ToldMaps(assumptions) }),
    );
    const lines = text.split('\n');
    expect(lines.slice(0, 7)).toEqual([
      'What the map of ETH rests on (opened in the last 7d) - MODEL ESTIMATE',
      'Weights over leverage: fitted to 7,220 positions. 85 % of volume counted as churn.',
      'Their score: p@10 0.25, EMD 2.9 %',
      'Coverage: 2 of 3 markets; order books of 62 % of open interest; age known of 86 % of what is drawn',
      'Inputs:',
      '- binance ETH/USDT:USDT, 62 %: 2,016 candles of 15 min since 2026-01-24, mark prices too, 1,800 points of open interest, 63 fundings, 11 margin tiers (a dated copy, as of 2024-10-01), order book of 2,000 levels, 52 s old',
      expect.stringMatching(/^- okx .*open interest of now only, no funding, .*, no order book/),
    ]);
    expect(text).toContain('Left out: bybit (geo-blocked)');
    for (const what of [...fillingRules, ...notModelled]) expect(lines).toContain(`- ${what}`);
    expect(data).toMatchObject({ symbol: 'ETH', assumptions });
  });

  test('fits into a message however many markets there are, and says how many it leaves out', async () => {
    const inputs = Array.from({ length: 40 }, (_, i) => ({
      ...input,
      venue: `venue-${i}`,
      share: 1 / (i + 2),
    }));
    const { map } = await new ToldMaps({ ...assumptions, inputs }).map({ symbol: 'eth', window: '7d' });
    const text = mapInfo(map);
    expect(text.length).toBeLessThan(2000);
    const shown = [...text.matchAll(/^- venue-\d+ /gm)].length;
    expect(shown).toBeGreaterThan(0);
    expect(text).toContain(`- and ${40 - shown} more\n`);
    expect(text).toContain('- venue-0 ');
  });

  test('of one that says nothing of itself says so', async () => {
    const { text } = await commandNamed('about').run({ symbol: 'eth' }, contextOf());
    expect(text).toBe('Nothing is known of what the map of ETH rests on.');
  });

  test('is a button under the map', async () => {
    const reply = await commandNamed('liqmap').run({ symbol: 'eth' }, contextOf());
    const info = reply.buttons!.flat().find(({ label }) => label === 'Info')!;
    expect(info).toMatchObject({ command: 'about', words: { symbol: 'eth', window: '7d' } });
  });
});
