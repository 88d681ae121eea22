import { describe, expect, test } from 'vitest';
import { encodeButton } from '../../commands/button-code.ts';
import { commands } from '../../commands/index.ts';
import { ChatSettings } from '../../src/settings.ts';
import { fakeAlerts } from './alert-fakes.ts';
import { commandNamed, contextOf, FakeMaps, FakeSettings, madeMs, manager } from './fakes.ts';

/** Words of each command as people give them most often. */
const usual: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  liqmap: { symbol: 'eth' },
  heatmap: { symbol: 'eth' },
  changes: { symbol: 'eth' },
  liqs: { symbol: 'eth' },
  clusters: { symbol: 'eth' },
  cascade: { symbol: 'eth' },
  mypos: { symbol: 'eth', side: 'long', entry: '3000', leverage: '20x' },
};

const context = () =>
  contextOf({
    status: async () => ({ version: '1.2.3', venues: [], queues: [] }),
    forget: async () => ({ deleted: 0, unsigned: 0 }),
    alerts: fakeAlerts().alerts,
    alertScore: async (days) => ({ days, coins: [] }),
  });

describe('the list of commands', () => {
  test('has names, summaries and descriptions that both platforms take', () => {
    for (const { name, summary, parameters } of commands) {
      expect(name).toMatch(/^[a-z0-9_]{1,32}$/);
      expect(summary.length).toBeLessThanOrEqual(100);
      for (const parameter of parameters) {
        expect(parameter.name).toMatch(/^[a-z0-9_]{1,32}$/);
        expect(parameter.description.length).toBeLessThanOrEqual(100);
        expect(parameter.choices?.length ?? 0).toBeLessThanOrEqual(25);
      }
      const firstOptional = parameters.findIndex(({ required }) => !required);
      const lastRequired = parameters.findLastIndex(({ required }) => required);
      if (firstOptional >= 0) expect(lastRequired).toBeLessThan(firstOptional);
    }
    expect(new Set(commands.map(({ name }) => name)).size).toBe(commands.length);
  });

  test('is what help tells of, one by one and as a whole', async () => {
    const help = commandNamed('help');
    const overview = await help.run({}, context());
    for (const command of commands) {
      expect(overview.text).toContain(`${command.name} `);
      expect(overview.text).toContain(command.summary);
      const one = await help.run({ command: `/${command.name}` }, context());
      expect(one.text).toContain(command.summary);
      for (const { name, description, required } of command.parameters) {
        expect(one.text).toContain(required ? `<${name}>` : `[${name}]`);
        expect(one.text).toContain(description);
      }
    }
  });

  test('help for a command that is not there names near ones', async () => {
    await expect(commandNamed('help').run({ command: 'liqmp' }, context())).rejects.toThrow(
      'There is no command "liqmp". Did you mean liqmap',
    );
  });

  test.each(commands.map(({ name }) => name))(
    '/%s answers within what a message holds, with buttons that outlive a restart',
    async (name) => {
      const reply = await commandNamed(name).run(usual[name] ?? {}, context());
      expect(reply.text).not.toMatch(/undefined|NaN|\[object/);
      expect(reply.text.length).toBeLessThan(reply.picture ? 1024 : 2000);
      if (reply.picture) expect(reply.picture.alt.length).toBeLessThan(1024);
      const rows = reply.buttons ?? [];
      expect(rows.length).toBeLessThanOrEqual(5);
      for (const button of rows.flat()) {
        expect(Buffer.byteLength(encodeButton(button, commandNamed(button.command)))).toBeLessThanOrEqual(64);
      }
      for (const row of rows) expect(row.length).toBeLessThanOrEqual(5);
    },
  );

  test.each(['liqmap', 'heatmap', 'changes', 'liqs', 'clusters', 'near', 'compare'])(
    '/%s says when its map was made and how old its data are now, not when it was made',
    async (name) => {
      const at = (laterMs: number) =>
        commandNamed(name).run(usual[name] ?? {}, contextOf({ nowMs: () => madeMs + laterMs }));
      for (const [laterMs, age] of [
        [0, 'data 12 s old'],
        [120_000, 'data 2 min old'],
      ] as const) {
        const { text } = await at(laterMs);
        expect(text).toContain('2026-02-14 12:30 UTC');
        expect(text).toContain(age);
      }
      expect((await at(60 * 60_000)).text).toMatch(/stale/i);
    },
  );

  test.each(['liqmap', 'heatmap', 'changes', 'liqs', 'clusters'])(
    '/%s of an unknown coin answers with near ones',
    async (name) => {
      await expect(commandNamed(name).run({ symbol: 'etj' }, context())).rejects.toThrow('Did you mean ETH');
    },
  );

  test.each(['liqmap', 'liqs', 'clusters', 'near', 'compare'])(
    '/%s takes the window that was set where none is said, and the one said where there is one',
    async (name) => {
      const settings = new ChatSettings(new FakeSettings());
      await settings.change(manager, 'window', '30d');
      const windowFor = async (words: Readonly<Record<string, string>>) => {
        const maps = new FakeMaps();
        await commandNamed(name).run({ ...usual[name], ...words }, contextOf({ maps, settings }));
        return maps.asked[0]!.window;
      };
      expect(await windowFor({})).toBe('30d');
      expect(await windowFor({ window: '24h' })).toBe('24h');
    },
  );

  test('without settings, a caller or a clock every map can still be had', async () => {
    const reply = await commandNamed('liqmap').run({ symbol: 'eth' }, { maps: new FakeMaps() });
    expect(reply.text).toContain('opened in the last 7d');
  });

  test('times are told in the zone that was set, beside UTC', async () => {
    const settings = new ChatSettings(new FakeSettings());
    await settings.change(manager, 'timezone', 'Asia/Tokyo');
    for (const name of ['liqmap', 'liqs', 'clusters', 'near', 'compare']) {
      const { text } = await commandNamed(name).run(usual[name] ?? {}, contextOf({ settings }));
      expect(text).toContain('2026-02-14 12:30 UTC (21:30 Asia/Tokyo)');
    }
  });
});
