import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type NewPlace, storeOpener } from '../places.ts';

export function chatClaims(newPlace: NewPlace): void {
  const open = storeOpener();

  async function chats() {
    const store = await open(await newPlace());
    const settings = store.settings(z.string());
    const subscriptions = store.subscriptions(z.string());
    const scope = (kind: 'user' | 'chat' | 'community', id: string, platform = 'telegram') => ({
      platform,
      kind,
      id,
    });
    return { store, settings, subscriptions, scope };
  }

  describe('settings', () => {
    it('belong to a user, a chat or a community of a platform', async () => {
      const { settings, scope } = await chats();
      await settings.put(scope('chat', '5'), 'light');
      await settings.put(scope('chat', '5'), 'dark');
      expect(await settings.get(scope('chat', '5'))).toBe('dark');
      for (const other of [scope('user', '5'), scope('chat', '6'), scope('chat', '5', 'discord')]) {
        expect(await settings.get(other)).toBeUndefined();
      }
      await settings.remove(scope('chat', '5'));
      expect(await settings.get(scope('chat', '5'))).toBeUndefined();
    });

    it('that are not understood count as none', async () => {
      const { store, settings, scope } = await chats();
      await settings.put(scope('chat', '5'), 'dark');
      expect(await store.settings(z.number()).get(scope('chat', '5'))).toBeUndefined();
    });
  });

  describe('a chat that gets another id', () => {
    it('takes its subscriptions, alerts and settings along', async () => {
      const { store, settings, subscriptions, scope } = await chats();
      const moved = await subscriptions.create({
        platform: 'telegram',
        communityId: '-1',
        chatId: '-1',
        settings: 'x',
      });
      const namesake = await subscriptions.create({ platform: 'discord', chatId: '-1', settings: 'x' });
      const alerts = store.alerts(z.null());
      await alerts.claim({
        key: 'k',
        subscriptionId: moved.id,
        symbol: 'ETH',
        clusterId: 'c',
        stage: 's',
        payload: null,
      });
      await settings.put(scope('chat', '-1'), 'dark');
      await store.moveChat('telegram', '-1', '-1001');
      await store.moveChat('telegram', '-1', '-1001');
      expect(await subscriptions.find(moved.id)).toMatchObject({ communityId: '-1001', chatId: '-1001' });
      expect(await subscriptions.find(namesake.id)).toEqual(namesake);
      expect(await settings.get(scope('chat', '-1001'))).toBe('dark');
      expect(await settings.get(scope('chat', '-1'))).toBeUndefined();
      expect(await alerts.find('k')).toMatchObject({ subscriptionId: moved.id });
    });

    it('keeps settings that were made there already', async () => {
      const { store, settings, scope } = await chats();
      await settings.put(scope('chat', '-1'), 'dark');
      await settings.put(scope('chat', '-1001'), 'light');
      await store.moveChat('telegram', '-1', '-1001');
      expect(await settings.get(scope('chat', '-1001'))).toBe('light');
      await store.moveChat('telegram', '-1001', '-1001');
      expect(await settings.get(scope('chat', '-1001'))).toBe('light');
    });
  });

  describe('a server that has put us out', () => {
    it('takes its settings and subscriptions with it, and nobody else', async () => {
      const { store, settings, subscriptions, scope } = await chats();
      const of = (communityId: string, platform = 'discord') =>
        subscriptions.create({ platform, communityId, chatId: '1', settings: 'x' });
      const [gone, other, namesake] = [await of('5'), await of('6'), await of('5', 'telegram')];
      const alone = await subscriptions.create({ platform: 'discord', chatId: '5', settings: 'x' });
      await settings.put(scope('community', '5', 'discord'), 'dark');
      await settings.put(scope('community', '6', 'discord'), 'dark');
      await settings.put(scope('user', '5', 'discord'), 'dark');
      expect(await store.leaveCommunity('discord', '5')).toBe(2);
      expect(await subscriptions.find(gone.id)).toBeUndefined();
      expect(await settings.get(scope('community', '5', 'discord'))).toBeUndefined();
      for (const kept of [other, namesake, alone]) {
        expect(await subscriptions.find(kept.id)).toEqual(kept);
      }
      expect(await settings.get(scope('community', '6', 'discord'))).toBe('dark');
      expect(await settings.get(scope('user', '5', 'discord'))).toBe('dark');
      expect(await store.leaveCommunity('discord', '5')).toBe(0);
    });
  });

  describe('a user who wants to be forgotten', () => {
    it('is: settings and private subscriptions go, those of a community stay unsigned', async () => {
      const { store, settings, subscriptions, scope } = await chats();
      await settings.put(scope('user', '7'), 'dark');
      await settings.put(scope('chat', '7'), 'dark');
      await settings.put(scope('user', '7', 'discord'), 'dark');
      const platform = 'telegram';
      const own = await subscriptions.create({ platform, chatId: '7', createdBy: '7', settings: 'x' });
      const group = await subscriptions.create({
        platform,
        communityId: '-1',
        chatId: '-1',
        createdBy: '7',
        settings: 'x',
      });
      const other = await subscriptions.create({ platform, chatId: '8', createdBy: '8', settings: 'x' });
      expect(await store.forget('telegram', '7')).toEqual({ deleted: 3, unsigned: 1 });
      expect(await subscriptions.find(own.id)).toBeUndefined();
      const { createdBy: _, ...unsigned } = group;
      expect(await subscriptions.find(group.id)).toEqual(unsigned);
      expect(await subscriptions.find(other.id)).toEqual(other);
      expect(await settings.get(scope('user', '7'))).toBeUndefined();
      expect(await settings.get(scope('chat', '7'))).toBeUndefined();
      expect(await settings.get(scope('user', '7', 'discord'))).toBe('dark');
      expect(await store.forget('telegram', '7')).toEqual({ deleted: 0, unsigned: 0 });
    });
  });
}
