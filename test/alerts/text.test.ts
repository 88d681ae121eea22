import { describe, expect, it } from 'vitest';
import { alertPayloadSchema } from '../../src/alerts/payload.ts';
import {
  approachText,
  builtText,
  burstText,
  digestText,
  dissolvedText,
  flipText,
  leftOutText,
  receiptText,
  touchText,
} from '../../src/alerts/text.ts';

const atMs = Date.UTC(2026, 1, 4, 14, 5, 20);
const moment = {
  symbol: 'BTC',
  atMs,
  priceUsd: 61_420.5,
  mapMs: atMs - 130_000,
  provenance: 'live',
} as const;
const cluster = {
  side: 'long',
  low: 59_012,
  high: 60_480,
  peak: 59_800,
  usd: 352e6,
  shareOfOi: 0.041,
  leverage: 10.6,
} as const;
const shorts = { ...cluster, side: 'short', low: 64_100, high: 65_000, peak: 64_600, usd: 87e6 } as const;
const receipt = { atMs, priceUsd: 59_100, lowestUsd: 58_700, highestUsd: 60_480 };
const observed = { usd: 12.4e6, isLowerBound: true, strongestMinuteUsd: 3.1e6, normalMinuteUsd: 120_000 };

describe('the words of an alert', () => {
  it('say of an approach what is where, why it is told, and how old the map is', () => {
    const why = { percentile: 61.6, distance: 0.0153, distanceAtr: 0.31, nearness: '0.35 ATR' };
    expect(approachText(moment, cluster, why)).toBe(
      [
        'BTC is close to $352M of longs that would be liquidated',
        'Now $61,421. Band $59,012 to $60,480, 1.5 % (0.3 ATR) below, mostly 11x',
        "Why: within 0.35 ATR; 4 % of open interest, larger than 62 % of BTC's in 30 days",
        'Model estimate, map 2 min old, 14:05 UTC',
      ].join('\n'),
    );
  });

  it('do not call a small distance none', () => {
    const why = { distance: 0.0002, distanceAtr: 0.01, nearness: '0.35 ATR' };
    expect(approachText(moment, cluster, why)).toContain('<0.1 % (<0.1 ATR) below');
  });

  it('put shorts above, and say less where less is known', () => {
    const text = approachText({ ...moment, provenance: 'simulated' }, shorts, {
      distance: 0.04,
      nearness: '5 %',
    });
    expect(text).toBe(
      [
        'BTC is close to $87M of shorts that would be liquidated',
        'Now $61,421. Band $64,100 to $65,000, 4.0 % above, mostly 11x',
        'Why: within 5 %; 4 % of open interest',
        'Model estimate, simulated data, map 2 min old, 14:05 UTC',
      ].join('\n'),
    );
  });

  it('say of a touch how long it took, and put the receipts in the place of what was announced', () => {
    const touch = touchText(moment, cluster, { percentile: 80, sinceMs: 41 * 60_000 });
    const head = [
      'BTC has reached $352M of longs that would be liquidated',
      'At $61,421, 41 min after the first alert. Band $59,012 to $60,480, mostly 11x',
      "Why: price is in the band; 4 % of open interest, larger than 80 % of BTC's in 30 days",
    ];
    const stamp = 'Model estimate, map 2 min old, 14:05 UTC';
    expect(touch.split('\n')).toEqual([
      ...head,
      'What is really liquidated there follows here after 15 and 60 min.',
      stamp,
    ]);
    const receipts = [
      { minutes: 15, receipt: { ...receipt, observed } },
      { minutes: 60, receipt },
    ] as const;
    expect(receiptText(touch, cluster, receipts).split('\n')).toEqual([
      ...head,
      'After 15 min: at least $12.4M of longs seen liquidated of $352M modelled, up to 26 times a normal minute; price $59,100 (from $58,700 to $60,480)',
      'After 60 min: liquidations not observed; price $59,100 (from $58,700 to $60,480)',
      stamp,
    ]);
  });

  it('admit that nothing much was liquidated', () => {
    const quiet = { ...observed, usd: 40_000, isLowerBound: false, strongestMinuteUsd: 40_000 };
    const text = receiptText(touchText(moment, cluster, {}), cluster, [
      { minutes: 15, receipt: { ...receipt, observed: quiet } },
    ]);
    expect(text).toContain(
      'After 15 min: $40K of longs seen liquidated of $352M modelled, no more than a normal minute;',
    );
  });

  it('say so when nothing was seen, and never that a cluster is larger than all', () => {
    const none = { ...observed, usd: 0, strongestMinuteUsd: 0 };
    const touch = touchText(moment, cluster, { percentile: 100 });
    expect(touch).toContain("larger than 99 % of BTC's");
    const text = receiptText(touch, cluster, [{ minutes: 15, receipt: { ...receipt, observed: none } }]);
    expect(text).toContain('After 15 min: no longs seen liquidated of $352M modelled; price $59,100');
  });

  it('say what grew, what is gone, which side outweighs and what burst', () => {
    expect(
      builtText(moment, cluster, { beforeUsd: 200e6, overMs: 52 * 60_000, distance: 0.0153 }).split('\n'),
    ).toEqual([
      'BTC: a cluster of longs has grown to $352M',
      'Band $59,012 to $60,480, 1.5 % below $61,421, mostly 11x',
      'Why: it was $200M 52 min ago; now 4 % of open interest',
      'Model estimate, map 2 min old, 14:05 UTC',
    ]);
    expect(dissolvedText(moment, shorts).split('\n').slice(0, 3)).toEqual([
      'BTC: the cluster of $87M of shorts at $64,100 to $65,000 is gone',
      'Now $61,421; price did not reach it',
      'Why: its positions were closed or moved before they could be liquidated',
    ]);
    expect(flipText(moment, { longUsd: 3e8, shortUsd: 5e8 }).split('\n').slice(0, 3)).toEqual([
      'BTC: more shorts than longs are now at risk nearby',
      'Within 10 % of $61,421: $300M of longs below, $500M of shorts above',
      'Why: the heavier side has changed, by more than a tenth',
    ]);
    const burst = { longUsd: 9e6, shortUsd: 1e6, normalUsd: 80_000, isLowerBound: true };
    expect(burstText(moment, burst).split('\n')).toEqual([
      'BTC: at least $10M liquidated within a minute, 90 % of it longs',
      'Now $61,421',
      "Why: 125 times the mean minute of the last 24 h ($80K), as seen on venues' feeds",
      '14:05 UTC',
    ]);
  });

  it('gather a digest by coin, and count what was left out', () => {
    const btc = {
      ...moment,
      clusters: [
        { ...cluster, distance: 0.0153 },
        { ...shorts, distance: 0.0436 },
      ],
    };
    const eth = { ...moment, symbol: 'ETH', priceUsd: 2_100, clusters: [] };
    expect(digestText([btc, eth], atMs).split('\n')).toEqual([
      'Liquidation levels, 14:05 UTC',
      'BTC $61,421: $352M longs 1.5 % below; $87M shorts 4.4 % above',
      'ETH $2,100: no large cluster',
      'Why: the digest of this time of day. Model estimate, maps 2 min old at most',
    ]);
    const left = [
      { symbol: 'BTC', kind: 'approach' },
      { symbol: 'BTC', kind: 'approach' },
      { symbol: 'ETH', kind: 'touch' },
    ];
    const span = { fromMs: atMs, toMs: atMs + 600_000, why: 'burst' } as const;
    expect(leftOutText(left, span).split('\n')).toEqual([
      '3 more alerts were left out: BTC 2 approach; ETH 1 touch',
      'Why: more than three in ten minutes, 14:05 UTC to 14:15 UTC',
    ]);
  });

  it('never outgrow what the ledger takes', () => {
    const coins = Array.from({ length: 25 }, (_, i) => ({
      ...moment,
      symbol: `1000000COIN${i}`,
      clusters: [
        { ...cluster, distance: 0.0153 },
        { ...shorts, distance: 0.0436 },
      ],
    }));
    const text = digestText(coins, atMs);
    expect(alertPayloadSchema.shape.text.safeParse(text).success).toBe(true);
    expect(text.split('\n').at(-1)).toMatch(/^Why: .* old at most$/);
  });
});
