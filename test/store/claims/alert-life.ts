import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type NewPlace, storeOpener } from '../places.ts';

const receipts = z.object({ usd: z.number() });
const band = { side: 'long', low: 59_000, high: 60_000 } as const;
const cluster = {
  symbol: 'BTC',
  id: 'long-59500-a',
  ...band,
  peak: 59_500,
  usd: 4e8,
  mostUsd: 5e8,
  shareOfOi: 0.06,
  leverage: 9.5,
  bornMs: 1_000,
  bornPriceUsd: 63_000,
  bornDistance: -0.055,
  seenMs: 1_000,
  muted: false,
} as const;
const touch = {
  symbol: 'BTC',
  clusterId: cluster.id,
  stage: 'touch',
  arming: 2,
  ...band,
  atMs: 5_000,
  priceUsd: 59_999,
  usd: 4e8,
  lowestUsd: 59_999,
  highestUsd: 59_999,
  alerts: 0,
} as const;

export function alertLifeClaims(newPlace: NewPlace): void {
  const open = storeOpener();

  describe('the ledger of large clusters', () => {
    it('keeps how a cluster is now, and how it was born', async () => {
      const { largeClusters } = await open(await newPlace());
      await largeClusters.put([cluster]);
      const later = { ...cluster, peak: 59_400, usd: 6e8, mostUsd: 6e8, seenMs: 9_000, muted: true };
      await largeClusters.put([{ ...later, bornMs: 8_000, bornPriceUsd: 1, bornDistance: 0.5 }]);
      expect(await largeClusters.standing('BTC')).toEqual([later]);
      expect(await largeClusters.standing('ETH')).toEqual([]);
    });

    it('tells of those that ended, but not as standing', async () => {
      const { largeClusters } = await open(await newPlace());
      const ended = { ...cluster, ended: { atMs: 7_000, ending: 'merged' } } as const;
      await largeClusters.put([ended, { ...cluster, symbol: 'ETH', bornMs: 500 }]);
      expect(await largeClusters.standing('BTC')).toEqual([]);
      expect(await largeClusters.since(501)).toEqual([ended]);
      expect((await largeClusters.since(0)).map(({ symbol }) => symbol)).toEqual(['ETH', 'BTC']);
      expect(await largeClusters.since(0, 'BTC')).toEqual([ended]);
    });

    it('notes the size of a cluster once an hour, and forgets it when told', async () => {
      const { largeClusters } = await open(await newPlace());
      const size = { symbol: 'BTC', id: 'a', shareOfOi: 5 };
      await largeClusters.sample(1_000, []);
      await largeClusters.sample(1_000, [size, { ...size, id: 'b', shareOfOi: 7 }]);
      await largeClusters.sample(1_000, [{ ...size, shareOfOi: 6 }]);
      await largeClusters.sample(2_000, [
        { ...size, shareOfOi: 8 },
        { ...size, symbol: 'ETH', shareOfOi: 9 },
      ]);
      expect([...(await largeClusters.sizes('BTC', 0))].sort()).toEqual([5, 7, 8]);
      expect(await largeClusters.sizes('BTC', 1_001)).toEqual([8]);
      await largeClusters.forgetSizes(2_000);
      expect(await largeClusters.sizes('BTC', 0)).toEqual([8]);
    });
  });

  describe('the stages of a large cluster', () => {
    it('are written down once, then followed, counted and given their receipts', async () => {
      const stages = (await open(await newPlace())).clusterStages(receipts);
      await stages.note(touch);
      await stages.note({ ...touch, priceUsd: 1, alerts: 99 });
      await stages.told(touch, 3);
      await stages.told(touch, 2);
      await stages.follow(touch, { lowestUsd: 58_000, highestUsd: 59_000 });
      await stages.follow(touch, { lowestUsd: 58_500, highestUsd: 61_000 });
      const known = { ...touch, alerts: 5, lowestUsd: 58_000, highestUsd: 61_000 };
      expect(await stages.open(0)).toEqual([{ ...known, receipts: {} }]);
      await stages.receipt(touch, 15, { usd: 7 });
      expect(await stages.open(0)).toEqual([{ ...known, receipts: { 15: { usd: 7 } } }]);
      await stages.receipt(touch, 60, { usd: 8 });
      expect(await stages.open(0)).toEqual([]);
      expect(await stages.since(0)).toEqual([{ ...known, receipts: { 15: { usd: 7 }, 60: { usd: 8 } } }]);
    });

    it('wait for a receipt only if price reached something, and not for ever', async () => {
      const stages = (await open(await newPlace())).clusterStages(receipts);
      await stages.note({ ...touch, stage: 'approach' });
      await stages.note({ ...touch, stage: 'case' });
      await stages.note({ ...touch, stage: 'chance' });
      await stages.note({ ...touch, arming: 3, atMs: 6_000 });
      expect((await stages.open(0)).map(({ stage }) => stage)).toEqual(['chance', 'touch']);
      expect((await stages.open(5_001)).map(({ arming }) => arming)).toEqual([3]);
      expect(await stages.since(0, 'ETH')).toEqual([]);
    });
  });

  describe('armings', () => {
    it('come back as they were put last, by coin', async () => {
      const { armings } = await open(await newPlace());
      const arming = { symbol: 'BTC', subject: 'c', name: 'touch', armed: true, arming: 1 };
      const fired = { ...arming, armed: false, firedMs: 77, value: -1 };
      await armings.put([arming, { ...arming, symbol: 'ETH' }]);
      await armings.put([fired, { ...arming, subject: 'd' }]);
      expect(await armings.of('BTC')).toEqual(expect.arrayContaining([fired, { ...arming, subject: 'd' }]));
      await armings.forget('BTC', ['d', 'e']);
      await armings.forget('BTC', []);
      expect(await armings.of('BTC')).toEqual([fired]);
      expect(await armings.of('ETH')).toHaveLength(1);
    });
  });

  describe('what the engine of alerts asks the ledgers', () => {
    it('finds all alerts of a stage, those dropped, and the subscriptions that changed', async () => {
      let nowMs = 1_000;
      const store = await open({ ...(await newPlace()), nowMs: () => nowMs++ });
      const subscriptions = store.subscriptions(z.unknown());
      const [one, two] = [
        await subscriptions.create({ platform: 'discord', chatId: '1', settings: {} }),
        await subscriptions.create({ platform: 'discord', chatId: '2', settings: {} }),
      ];
      const alerts = store.alerts(z.string());
      const alert = { symbol: 'BTC', clusterId: 'c', stage: 'touch', payload: 'x' };
      await alerts.claim({ ...alert, key: 'k1', subscriptionId: one!.id });
      await alerts.claim({ ...alert, key: 'k2', subscriptionId: two!.id });
      const left = { ...alert, key: 'k3', subscriptionId: two!.id, stage: 'approach' };
      expect(await alerts.leaveOut(left, 'burst')).toBe('claimed');
      expect(await alerts.claim(left)).toBe('taken');
      expect(await alerts.settle('k3', { state: 'sent' })).toBe(false);
      const wanted = { symbol: 'BTC', clusterId: 'c', stage: 'touch', sinceMs: 0 };
      expect((await alerts.ofStage(wanted)).map(({ key }) => key)).toEqual(['k1', 'k2']);
      expect(await alerts.ofStage({ ...wanted, symbol: 'ETH' })).toEqual([]);
      expect((await alerts.dropped(0)).map(({ key, reason }) => [key, reason])).toEqual([['k3', 'burst']]);
      const sinceMs = nowMs;
      await subscriptions.setState(one!.id, 'paused');
      expect((await subscriptions.changedSince(sinceMs)).map(({ id }) => id)).toEqual([one!.id]);
    });
  });
}
