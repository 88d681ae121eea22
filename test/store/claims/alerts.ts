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
