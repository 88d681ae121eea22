import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type NewPlace, type Place, storeOpener } from '../places.ts';

const payload = z.object({ priceUsd: z.number() });
const group = { platform: 'telegram', communityId: '-100', chatId: '-100', settings: {} };
const outcomes = ['sent', 'unknown', 'dropped', 'failed'] as const;

export function alertClaims(newPlace: NewPlace): void {
  const open = storeOpener();

  async function ledger(place?: Place) {
    let nowMs = 1000;
    const store = await open({ ...(place ?? (await newPlace())), nowMs: () => nowMs++ });
    const subscriptions = store.subscriptions(z.unknown());
    const { id } = await subscriptions.create(group);
    const alert = (key: string, clusterId = 'c1') => ({
      key,
      subscriptionId: id,
      symbol: 'ETH',
      clusterId,
      stage: 'near',
      payload: { priceUsd: 3000.5 },
    });
    return { store, subscriptions, alerts: store.alerts(payload), id, alert };
  }

  /** One whose clock stands still. */
  async function ledgerAt(nowMs: number) {
    const store = await open({ ...(await newPlace()), nowMs: () => nowMs });
    const { id } = await store.subscriptions(z.unknown()).create(group);
    const about = { subscriptionId: id, symbol: 'ETH', clusterId: 'c1', stage: 'near' };
    const alert = (key: string) => ({ ...about, key, payload: { priceUsd: 3000.5 } });
    return { alerts: store.alerts(payload), alert };
  }

  describe('the alert ledger', () => {
    it('lets one claim each alert, of however many that try', async () => {
      const place = await newPlace();
      const { alerts, alert } = await ledger(place);
      const other = (await open(place)).alerts(payload);
      const claims = await Promise.all(
        Array.from({ length: 8 }, (_, i) => (i % 2 ? alerts : other).claim(alert('k1'))),
      );
      expect(claims.filter((claim) => claim === 'claimed')).toHaveLength(1);
      expect(claims.filter((claim) => claim === 'taken')).toHaveLength(7);
      expect(await alerts.find('k1')).toEqual({
        ...alert('k1'),
        state: 'pending',
        createdMs: expect.any(Number),
        updatedMs: expect.any(Number),
      });
    });

    it('lets none be claimed for a subscription that is paused or gone', async () => {
      const { alerts, alert, subscriptions, id } = await ledger();
      await subscriptions.setState(id, 'paused');
      expect(await alerts.claim(alert('k1'))).toBe('inactive');
      expect(await alerts.claim({ ...alert('k2'), subscriptionId: 'nobody' })).toBe('inactive');
      expect(await alerts.find('k1')).toBeUndefined();
    });

    it('keeps what became of an alert: only an unknown outcome may still become another', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.constantFrom(...outcomes), { minLength: 1, maxLength: 5 }),
          async (tried) => {
            const { alerts, alert } = await ledger();
            await alerts.claim(alert('k1'));
            let state: string = 'pending';
            for (const outcome of tried) {
              const open = state === 'pending' || state === 'unknown';
              expect(await alerts.settle('k1', { state: outcome })).toBe(open);
              if (open) state = outcome;
            }
            expect(await alerts.find('k1')).toMatchObject({ state });
          },
        ),
        { numRuns: 10 },
      );
    });

    it('remembers the message and the reason', async () => {
      const { alerts, alert } = await ledger();
      await alerts.claim(alert('k1'));
      await alerts.settle('k1', { state: 'sent', messageRef: '-100/17', reason: 'after a retry' });
      expect(await alerts.find('k1')).toMatchObject({ messageRef: '-100/17', reason: 'after a retry' });
      expect(await alerts.settle('nothing', { state: 'sent' })).toBe(false);
    });

    it('lists what was never settled, oldest first, and what was recent, newest first', async () => {
      const { alerts, alert, id } = await ledger();
      for (const key of ['b', 'a', 'c', 'd']) await alerts.claim(alert(key, key === 'd' ? 'c2' : 'c1'));
      await alerts.settle('a', { state: 'sent' });
      await alerts.settle('b', { state: 'unknown' });
      const keys = (found: readonly { readonly key: string }[]) => found.map(({ key }) => key);
      expect(keys(await alerts.unsettled(9999))).toEqual(['b', 'c', 'd']);
      const { createdMs } = (await alerts.find('c'))!;
      expect(keys(await alerts.unsettled(createdMs))).toEqual(['b']);
      const recent = (more: object) => alerts.recent({ subscriptionId: id, sinceMs: 0, ...more });
      expect(keys(await recent({}))).toEqual(['d', 'c', 'a', 'b']);
      expect(keys(await recent({ sinceMs: createdMs, symbol: 'ETH' }))).toEqual(['d', 'c']);
      expect(keys(await recent({ clusterId: 'c2' }))).toEqual(['d']);
      expect(keys(await recent({ symbol: 'BTC' }))).toEqual([]);
    });

    it('lets one request depart at a time, and calls back what surely did not arrive', async () => {
      const place = await newPlace();
      const { alerts, alert } = await ledger(place);
      const other = (await open(place)).alerts(payload);
      await alerts.claim(alert('k1'));
      const departures = await Promise.all([alerts.depart('k1'), other.depart('k1'), alerts.depart('k1')]);
      expect(departures.filter(Boolean)).toHaveLength(1);
      expect(await alerts.find('k1')).toMatchObject({ state: 'unknown' });
      expect(await alerts.callBack('k1')).toBe(true);
      expect(await alerts.callBack('k1')).toBe(false);
      expect(await alerts.depart('k1')).toBe(true);
      expect(await alerts.settle('k1', { state: 'unknown', reason: 'no answer' })).toBe(true);
      expect(await alerts.callBack('k1')).toBe(false);
      expect(await alerts.depart('nobody')).toBe(false);
    });

    it('lists what is under way to a destination in the order of the claims, however fast they came', async () => {
      const { alerts, alert } = await ledgerAt(5_000);
      const keys = ['e', 'b', 'd', 'a', 'c'];
      for (const key of keys) await alerts.claim(alert(key));
      await alerts.settle('d', { state: 'sent' });
      await alerts.depart('b');
      await alerts.depart('a');
      await alerts.settle('a', { state: 'unknown', reason: 'the answer was lost' });
      const found = async (place: object) =>
        (await alerts.underWay({ ...group, ...place })).map(({ key }) => key);
      expect(await found({})).toEqual(['e', 'b', 'c']);
      expect(await found({ threadId: '4' })).toEqual([]);
      expect(await found({ platform: 'discord' })).toEqual([]);
      expect((await alerts.leftOver('telegram', 9_999)).map(({ key }) => key)).toEqual(['e', 'b', 'c']);
      expect(await alerts.leftOver('telegram', 5_000)).toEqual([]);
      expect(await alerts.leftOver('discord', 9_999)).toEqual([]);
    });

    it('counts what became of the alerts since a time', async () => {
      const { alerts, alert } = await ledger();
      for (const key of ['a', 'b', 'c']) await alerts.claim(alert(key));
      await alerts.settle('a', { state: 'sent' });
      await alerts.settle('b', { state: 'unknown', reason: 'no answer' });
      const none = { pending: 0, sent: 0, unknown: 0, dropped: 0, failed: 0 };
      expect(await alerts.counts(0)).toEqual({ ...none, pending: 1, sent: 1, unknown: 1 });
      expect(await alerts.counts(9_999)).toEqual(none);
    });

    it('forgets the alerts of a subscription with it, and old ones by compaction', async () => {
      const { store, alerts, alert, subscriptions, id } = await ledger();
      await alerts.claim(alert('k1'));
      await alerts.claim(alert('k2'));
      const { createdMs } = (await alerts.find('k2'))!;
      const keepMs = 100 * 86_400_000;
      expect((await store.compact({ nowMs: createdMs + keepMs, keepMs })).deleted).toBe(1);
      expect(await alerts.find('k1')).toBeUndefined();
      await subscriptions.remove(id);
      expect(await alerts.find('k2')).toBeUndefined();
    });
  });
}
