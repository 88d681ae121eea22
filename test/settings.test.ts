import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import {
  ChatSettings,
  mayChangeSettings,
  type SettingKey,
  settingKeys,
  settingsSchema,
  settingValue,
} from '../src/settings.ts';
import { alone, FakeSettings, manager, member } from './commands/fakes.ts';

describe('a value of a setting', () => {
  test.each<[SettingKey, string, string | undefined]>([
    ['symbols', ' btc, eth;sol btc ', 'BTC,ETH,SOL'],
    ['symbols', '', undefined],
    ['symbols', Array.from({ length: 26 }, (_, index) => `C${index}`).join(), undefined],
    ['symbols', 'eth<b>', undefined],
    ['window', ' 24H ', '24h'],
    ['window', '2d', undefined],
    ['theme', 'Light', 'light'],
    ['timezone', 'europe/vienna', 'Europe/Vienna'],
    ['timezone', 'New York', 'America/New_York'],
    ['timezone', 'utc', 'UTC'],
    ['timezone', 'Nowhere', undefined],
    ['units', 'COIN', 'coin'],
    ['units', 'eur', undefined],
  ])('of %s written "%s" is %s', (key, text, value) => {
    expect(settingValue(key, text)).toBe(value);
  });

  test('is kept in a form that reads as itself and that the store takes back, whatever was written', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...settingKeys),
        fc.string({ unit: 'binary', maxLength: 40 }),
        (key, text) => {
          const value = settingValue(key, text);
          if (value === undefined) return;
          expect(settingValue(key, value)).toBe(value);
          expect(settingsSchema.parse(JSON.parse(JSON.stringify({ [key]: value })))).toEqual({
            [key]: value,
          });
        },
      ),
    );
  });
});

describe('settings', () => {
  test('are those read last, or none, while the store is away; and are not changed on that ground', async () => {
    const records = new FakeSettings();
    const troubles: unknown[] = [];
    const settings = new ChatSettings(records, (error) => troubles.push(error));
    await settings.change(manager, 'theme', 'light');
    await settings.of(member);
    const away = new Error('away');
    records.get = () => Promise.reject(away);
    expect(await settings.of(member)).toEqual({ theme: 'light' });
    expect(await settings.of(alone)).toEqual({});
    expect(troubles).toEqual([away, away]);
    await expect(settings.change(manager, 'window', '30d')).rejects.toThrow(away);
    expect([...records.kept.values()]).toEqual([{ theme: 'light' }]);
  });

  test('are not waited for beyond two seconds', async () => {
    vi.useFakeTimers();
    try {
      const records = new FakeSettings();
      records.get = () => new Promise(() => undefined);
      const asked = new ChatSettings(records).of(member);
      await vi.advanceTimersByTimeAsync(2_000);
      expect(await asked).toEqual({});
    } finally {
      vi.useRealTimers();
    }
  });

  test('belong to the community, or to the person where there is none', async () => {
    const records = new FakeSettings();
    const settings = new ChatSettings(records);
    await settings.change(manager, 'theme', 'light');
    await settings.change(alone, 'window', '30d');
    expect([...records.kept.keys()]).toEqual(['discord community s1', 'telegram user u3']);
    expect(await settings.of(member)).toEqual({ theme: 'light' });
    expect(await settings.of(alone)).toEqual({ window: '30d' });
  });

  test('of one key leave the others as they are, and the last one taken back leaves nothing behind', async () => {
    const records = new FakeSettings();
    const settings = new ChatSettings(records);
    await settings.change(manager, 'theme', 'light');
    expect(await settings.change(manager, 'window', '24h')).toEqual({ theme: 'light', window: '24h' });
    expect(await settings.change(manager, 'theme', undefined)).toEqual({ window: '24h' });
    await settings.change(manager, 'window', undefined);
    expect(records.kept.size).toBe(0);
  });

  test('of a community are not changed for a member, even if a command forgets to ask', async () => {
    const records = new FakeSettings();
    expect(mayChangeSettings(member)).toBe(false);
    await expect(new ChatSettings(records).change(member, 'theme', 'light')).rejects.toThrow(
      'administrators',
    );
    expect(records.kept.size).toBe(0);
  });

  test('are never a value that means nothing', async () => {
    await expect(new ChatSettings(new FakeSettings()).change(manager, 'theme', 'pink')).rejects.toThrow(
      '"pink"',
    );
  });
});
