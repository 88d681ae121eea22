import { describe, expect, test } from 'vitest';
import type { AlertScore, Share } from '../../src/alerts/score.ts';
import { wilsonBounds } from '../../src/core/score/wilson.ts';
import { commandNamed, contextOf, madeMs } from './fakes.ts';

const shareOf = (hits: number, cases: number): Share => ({ hits, cases, ...wilsonBounds(hits, cases) });
const coin = {
  symbol: 'BTC',
  reached: shareOf(12, 60),
  reachedByChance: shareOf(10, 60),
  exceeded: shareOf(9, 12),
  exceededByChance: shareOf(5, 10),
  touched: shareOf(4, 11),
  verdict: 'unproven',
} as const;

async function told(scored: Omit<AlertScore, 'days'>, words = {}) {
  const asked: number[] = [];
  const alertScore = async (days: number) => {
    asked.push(days);
    return { days, ...scored };
  };
  const { text } = await commandNamed('score').run(words, contextOf({ alertScore, nowMs: () => madeMs }));
  return { asked, lines: text.split('\n') };
}

describe('/score', () => {
  test('says how clusters did against random levels, with bounds and the number of cases', async () => {
    const { asked, lines } = await told({ coins: [coin] });
    expect(asked).toEqual([30]);
    expect(lines.slice(0, 5)).toEqual([
      'Score of alerts, last 30 days',
      'BTC: unproven: 10 cases, 30 needed',
      '  reached within a day: 12 of 60, 20 % (12 % to 32 %); random levels 10 of 60, 17 % (9 % to 28 %)',
      '  then more than a normal minute liquidated there: 9 of 12, 75 % (47 % to 91 %); random levels 5 of 10, 50 % (24 % to 76 %)',
      '  approaches that price finished: 4 of 11, 36 % (15 % to 65 %)',
    ]);
  });

  test('says of a muted coin that it is, and why', async () => {
    const { lines } = await told({ coins: [{ ...coin, verdict: 'muted' }] }, { days: '90' });
    expect(lines[0]).toBe('Score of alerts, last 90 days');
    expect(lines[1]).toBe('BTC: not better than random levels, so its alerts are muted');
  });

  test('shows the coins with most cases, and how many it leaves out', async () => {
    const coins = Array.from({ length: 9 }, (_, i) => ({
      ...coin,
      symbol: `C${i}`,
      exceeded: shareOf(i, 12 + i),
    }));
    const { lines } = await told({ coins });
    expect(lines[1]).toContain('C8:');
    expect(lines).toContain('5 more coins have fewer cases.');
    expect(lines.join('\n').length).toBeLessThan(2_000);
  });

  test('admits that there is nothing to score', async () => {
    const none = { ...coin, reached: shareOf(0, 0) };
    expect((await told({ coins: [none] }, { days: '7' })).lines[1]).toMatch(/nothing to score yet\.$/);
    await expect(commandNamed('score').run({ days: '8' }, contextOf())).rejects.toThrow('8');
    await expect(commandNamed('score').run({}, contextOf())).rejects.toThrow('running service');
  });
});
