import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { listeningLog, type NewPlace, storeOpener } from '../places.ts';

const schema = z.object({ symbols: z.array(z.string()), distancePct: z.number().positive() });
const settings = { symbols: ['ETH'], distancePct: 1.5 };
const group = { platform: 'telegram', communityId: '-100', chatId: '-100' };

export function subscriptionClaims(newPlace: NewPlace): void {
  const open = storeOpener();
  const fresh = async () => (await open({ ...(await newPlace()), nowMs: () => 1000 })).subscriptions(schema);

  describe('subscriptions', () => {
    it('come back as they were made', async () => {
      const subscriptions = await fresh();
      const made = await subscriptions.create({ ...group, threadId: '4', createdBy: '77', settings });
      const times = { createdMs: 1000, updatedMs: 1000 };
      const expected = { ...group, threadId: '4', createdBy: '77', settings, state: 'active', ...times };
      expect(made).toEqual({ id: made.id, ...expected });
      expect(await subscriptions.find(made.id)).toEqual(made);
      expect(await subscriptions.find('nobody')).toBeUndefined();
      const bare = await subscriptions.create({ platform: 'discord', chatId: '5', settings });
      expect(Object.keys(bare)).not.toContain('communityId');
    });

    it('are found by where they are, whose they are and how they are', async () => {
      const subscriptions = await fresh();
      const inGroup = await subscriptions.create({ ...group, createdBy: '77', settings });
      const other = await subscriptions.create({ platform: 'discord', chatId: '-100', settings });
      const ids = async (filter: Parameters<typeof subscriptions.list>[0]) =>
        (await subscriptions.list(filter)).map(({ id }) => id);
      expect(new Set(await ids({}))).toEqual(new Set([inGroup.id, other.id]));
      expect(await ids({ platform: 'telegram', chatId: '-100' })).toEqual([inGroup.id]);
      expect(await ids({ communityId: '-100' })).toEqual([inGroup.id]);
      expect(await ids({ createdBy: '77', state: 'active' })).toEqual([inGroup.id]);
      expect(await ids({ state: 'paused' })).toEqual([]);
    });

    it('are listed oldest first, also when made in the same millisecond', async () => {
      const subscriptions = await fresh();
      const made = [];
      for (let i = 0; i < 20; i++) made.push((await subscriptions.create({ ...group, settings })).id);
      expect((await subscriptions.list({})).map(({ id }) => id)).toEqual(made);
    });

    it('change their settings and state, and say whether they did', async () => {
      const subscriptions = await fresh();
      const { id } = await subscriptions.create({ ...group, settings });
      expect(await subscriptions.changeSettings(id, { ...settings, distancePct: 3 })).toBe(true);
      expect(await subscriptions.setState(id, 'paused', 'asked to')).toBe(true);
      expect(await subscriptions.setState(id, 'paused', 'again')).toBe(false);
      expect(await subscriptions.find(id)).toMatchObject({
        settings: { distancePct: 3 },
        state: 'paused',
        reason: 'asked to',
      });
      expect(await subscriptions.setState(id, 'active')).toBe(true);
      expect(await subscriptions.find(id)).not.toHaveProperty('reason');
      expect(await subscriptions.changeSettings('nobody', settings)).toBe(false);
      expect(await subscriptions.remove(id)).toBe(true);
      expect(await subscriptions.remove(id)).toBe(false);
    });

    it('of a dead chat are broken once', async () => {
      const subscriptions = await fresh();
      await subscriptions.create({ ...group, settings });
      await subscriptions.create({ ...group, threadId: '9', settings });
      const elsewhere = await subscriptions.create({ ...group, chatId: '-200', settings });
      expect(await subscriptions.breakChat(group, 'bot was \0kicked')).toBe(2);
      expect(await subscriptions.breakChat(group, 'bot was kicked')).toBe(0);
      expect((await subscriptions.list({ state: 'broken' })).map(({ reason }) => reason)).toEqual([
        'bot was kicked',
        'bot was kicked',
      ]);
      expect(await subscriptions.find(elsewhere.id)).toMatchObject({ state: 'active' });
    });

    it('of a dead topic are broken, those of its chat are not', async () => {
      const subscriptions = await fresh();
      const whole = await subscriptions.create({ ...group, settings });
      const topic = await subscriptions.create({ ...group, threadId: '9', settings });
      expect(await subscriptions.breakChat({ ...group, threadId: '9' }, 'TOPIC_CLOSED')).toBe(1);
      expect(await subscriptions.find(topic.id)).toMatchObject({ state: 'broken' });
      expect(await subscriptions.find(whole.id)).toMatchObject({ state: 'active' });
    });

    it('whose settings are not understood are left aside, not lost, and named in the log', async () => {
      const place = await newPlace();
      const { log, lines } = listeningLog();
      const store = await open({ ...place, log });
      const odd = await store.subscriptions(z.unknown()).create({ ...group, settings: { wings: 2 } });
      const good = await store.subscriptions(schema).create({ ...group, settings });
      expect(await store.subscriptions(schema).list()).toEqual([good]);
      expect(lines).toEqual([{ level: 'error', message: expect.stringContaining(odd.id) }]);
      expect(await store.subscriptions(z.unknown()).list()).toHaveLength(2);
    });

    it('are not made with settings that their own schema refuses', async () => {
      const subscriptions = await fresh();
      await expect(
        subscriptions.create({ ...group, settings: { ...settings, distancePct: -1 } }),
      ).rejects.toThrow('-1');
      expect(await subscriptions.list()).toEqual([]);
    });
  });
}
