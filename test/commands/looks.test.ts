import { beforeAll, describe, expect, test } from 'vitest';
import type { Chart } from '../../renderers/chart.ts';
import type { Text } from '../../renderers/marks.ts';
import { setUpFonts } from '../../src/config.ts';
import { wilsonBounds } from '../../src/core/score/wilson.ts';
import { ChatSettings } from '../../src/settings.ts';
import { commandNamed, contextOf, FakeSettings, madeMs, manager } from './fakes.ts';

beforeAll(() => setUpFonts());

const share = (hits: number, cases: number) => ({ hits, cases, ...wilsonBounds(hits, cases) });
const scored = {
  symbol: 'BTC',
  reached: share(12, 60),
  reachedByChance: share(10, 60),
  exceeded: share(9, 12),
  exceededByChance: share(5, 10),
  touched: share(4, 11),
  verdict: 'unproven',
} as const;

/** What each command with a picture is asked for. */
const asked: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  liqmap: { symbol: 'eth' },
  liqs: { symbol: 'eth' },
  heatmap: { symbol: 'eth' },
  changes: { symbol: 'eth' },
  cascade: { symbol: 'eth' },
  compare: { symbols: 'btc eth' },
  near: { symbols: 'btc eth sol' },
  score: {},
};

/** A reply's chart and alt text. */
async function drawn(name: string, words: Readonly<Record<string, string>> = {}, given = {}) {
  const charts: Chart[] = [];
  const draw = async (chart: Chart) => {
    charts.push(chart);
    return Buffer.from('png');
  };
  const alertScore = async (days: number) => ({ days, coins: [scored] });
  const context = contextOf({ draw, alertScore, nowMs: () => madeMs, ...given });
  const reply = await commandNamed(name).run({ ...asked[name], ...words }, context);
  await reply.picture!.draw();
  return { chart: charts[0]!, alt: reply.picture!.alt };
}

function textsOf(chart: Chart): readonly string[] {
  return (chart.data['texts'] as readonly Text[]).map(({ text }) => text);
}

function widthOf(chart: Chart): number {
  return (chart.template as { readonly width: number }).width * (chart.pixelRatio ?? 1);
}

describe.each(Object.keys(asked))('/%s', (name) => {
  test('is wide unless a square is asked for or set, and of twice the pixels on request', async () => {
    expect(widthOf((await drawn(name)).chart)).toBe(1200);
    expect(widthOf((await drawn(name, { shape: 'square' })).chart)).toBe(1080);
    expect(widthOf((await drawn(name, { shape: 'square' }, { scale: 2 })).chart)).toBe(2160);
    const settings = new ChatSettings(new FakeSettings());
    await settings.change(manager, 'shape', 'square');
    expect(widthOf((await drawn(name, {}, { settings })).chart)).toBe(1080);
    expect(widthOf((await drawn(name, { shape: 'wide' }, { settings })).chart)).toBe(1200);
  });

  test('bears the brand of the place, or none', async () => {
    expect(textsOf((await drawn(name, {}, { brand: 'maps.example.org' })).chart)).toContain(
      'maps.example.org',
    );
    expect(textsOf((await drawn(name)).chart)).not.toContain('liqmap');
  });

  test('has alternative words below 1,024 characters, with the time and no number that is none', async () => {
    const { alt } = await drawn(name);
    expect(alt.length).toBeGreaterThan(80);
    expect(alt.length).toBeLessThan(1024);
    expect(alt).toContain('2026-02-14 12:30 UTC');
    expect(alt).not.toMatch(/NaN|undefined|null|Infinity|\[object/);
  });
});

describe('words that stand for pictures', () => {
  test('of a board name every coin with its cluster', async () => {
    const { alt, chart } = await drawn('near');
    for (const coin of ['BTC $98,765', 'ETH $3,012.5', 'SOL $187.32']) expect(alt).toContain(coin);
    const amounts = textsOf(chart).filter((text) => /^\$[\d.]+[KMB]$/.test(text));
    expect(amounts.length).toBe(3);
    for (const amount of amounts) expect(alt).toContain(`${amount} of `);
  });

  test('of a score say both shares, with their cases, against chance', async () => {
    const { alt } = await drawn('score');
    expect(alt).toContain('BTC unproven: 10 of 30 cases');
    expect(alt).toContain('price came there within a day: 20 % of 60, random 17 % of 60');
    expect(alt).toContain('then more liquidated than usual: 75 % of 12, random 50 % of 10');
  });

  test('a score of nothing has no picture to stand for', async () => {
    const alertScore = async (days: number) => ({ days, coins: [] });
    const reply = await commandNamed('score').run({}, contextOf({ alertScore, nowMs: () => madeMs }));
    expect(reply.picture).toBeUndefined();
  });
});
