import { describe, expect, test } from 'vitest';
import type { Caller, Context, Words } from '../../commands/command.ts';
import { writtenWords } from '../../commands/written-words.ts';
import { fakeAlerts } from './alert-fakes.ts';
import { alone, commandNamed, contextOf, FakeMaps, madeMs, manager, member } from './fakes.ts';

const alerts = commandNamed('alerts');

/** Somebody's place, where one says what would be written behind the command. */
function place(caller: Caller = manager, more: Partial<Context> = {}) {
  const kept = fakeAlerts();
  const run = async (words: Words, by: Caller = caller) => {
    const context = contextOf({ ...more, caller: by, alerts: kept.alerts });
    return (await alerts.run(words, context)).text;
  };
  const say = (text: string, by?: Caller) => run(writtenWords(text, alerts), by);
  const settings = () => [...kept.subscriptions.kept.values()].map((one) => one.settings);
  return { ...kept, run, say, settings };
}

describe('alerts', () => {
  test('on a coin need nothing more', async () => {
    const { say, subscriptions } = place();
    expect(await say('on eth')).toContain('Alerts on ETH are on, here:');
    expect([...subscriptions.kept.values()]).toMatchObject([
      {
        platform: 'discord',
        communityId: 's1',
        chatId: 'c1',
        createdBy: 'u1',
        state: 'active',
        settings: { symbols: ['ETH'], side: 'both', kinds: {} },
      },
    ]);
  });

  test('are told with all they were given, as they would be written or chosen from options', async () => {
    const written = place();
    await written.say('on eth,btc distance 2% min 20m short touch silent quiet 22-7 vienna weekends cap 5');
    const chosen = place();
    await chosen.run({
      action: 'on',
      symbols: 'eth, btc',
      distance: '2%',
      min: '20m',
      side: 'short',
      kinds: 'touch silent',
      quiet: '22-7 vienna weekends',
      cap: '5',
    });
    expect(written.settings()).toEqual(chosen.settings());
    expect(await written.say('list')).toContain(
      '#1 ETH, BTC: shorts only, at least $20M, within 2 %, silent: touch, quiet 22:00-07:00 Europe/Vienna and weekends (held back), 5 a day at most',
    );
  });

  test('belong to the topic where they are asked for, or to the person alone', async () => {
    const group: Caller = {
      ...manager,
      platform: 'telegram',
      chatId: '-100',
      communityId: '-100',
      threadId: '4',
    };
    const { say, subscriptions } = place(group);
    await say('on eth');
    await say('on btc dm');
    const [here, direct] = [...subscriptions.kept.values()];
    expect(here).toMatchObject({ chatId: '-100', threadId: '4', communityId: '-100' });
    expect(direct).toMatchObject({ chatId: 'u1', settings: { symbols: ['BTC'] } });
    expect(direct).not.toHaveProperty('communityId');
    expect(direct).not.toHaveProperty('threadId');
    expect(await say('list')).not.toContain('BTC');
    expect(await say('list', alone)).toContain('none yet');
    expect(await say('list dm')).toContain('BTC');
  });

  test.each(['on eth', 'off', 'edit 1 cap 3', 'pause', 'mute', 'test'])(
    'of a channel are changed by those only who may manage the server: %s',
    async (text) => {
      const { say, settings } = place();
      await say('on eth');
      const before = settings();
      await expect(say(text, member)).rejects.toThrow('Only who may manage');
      expect(settings()).toEqual(before);
      expect(await say('list', member)).toContain('#1 ETH');
      expect(await say('on eth dm', member)).toContain('by direct message');
    },
  );

  test('cannot be sent to a server that we are no member of, nor to who hides behind a chat', async () => {
    const { say } = place();
    const { communityId: _, ...guest } = member;
    await expect(say('on eth', guest)).rejects.toThrow('I am no member here');
    expect(await say('on eth dm', guest)).toContain('are on');
    const anonymous: Caller = { ...manager, userId: 's1' };
    await expect(say('on eth dm', anonymous)).rejects.toThrow('private chat');
    expect(await say('on eth', anonymous)).toContain('are on');
  });

  test('are refused before they are promised where we may not send', async () => {
    const { say, settings } = place();
    const obstacle = async (where: string) => (where === 'here' ? 'I lack Attach Files.' : undefined);
    await expect(say('on eth', { ...manager, obstacle })).rejects.toThrow('I lack Attach Files.');
    expect(settings()).toEqual([]);
    expect(await say('on eth dm', { ...manager, obstacle })).toContain('are on');
  });

  test('on a coin are in one subscription of a place only', async () => {
    const { say, settings } = place();
    await say('on eth,btc cap 3');
    await say('on eth,btc min 50m');
    expect(settings()).toMatchObject([{ symbols: ['ETH', 'BTC'], dailyCap: 3, minUsd: 50_000_000 }]);
    await say('on btc min 9m');
    expect(settings()).toMatchObject([{ symbols: ['ETH'] }, { symbols: ['BTC'], minUsd: 9_000_000 }]);
    await say('on eth,btc,sol');
    expect(settings()).toMatchObject([{ symbols: ['ETH', 'BTC', 'SOL'] }]);
  });

  test('are changed, paused, taken up and ended by number or coin', async () => {
    const { say, settings, subscriptions } = place();
    await say('on eth');
    await say('on btc,sol');
    const states = () => [...subscriptions.kept.values()].map(({ state }) => state);
    await expect(say('edit min 50m')).rejects.toThrow('Which one');
    await expect(say('edit 3 min 50m')).rejects.toThrow('no alert #3');
    await expect(say('edit pepe min 50m')).rejects.toThrow('no alerts on PEPE');
    await expect(say('edit 1')).rejects.toThrow('otherwise');
    expect(await say('edit 1 min 50m')).toContain('#1 is changed');
    await say('edit sol touch off');
    expect(settings()).toMatchObject([{ minUsd: 50_000_000 }, { kinds: { touch: 'off' } }]);
    await say('edit 1 min any');
    expect(settings()[0]).not.toHaveProperty('minUsd');
    await say('pause eth');
    expect(states()).toEqual(['paused', 'active']);
    expect(await say('list')).toContain('PAUSED');
    await say('on');
    expect(states()).toEqual(['active', 'active']);
    expect(await say('off sol')).toContain('SOL are off');
    expect(settings()).toMatchObject([{ symbols: ['ETH'] }, { symbols: ['BTC'] }]);
    await say('off 1');
    expect(settings()).toMatchObject([{ symbols: ['BTC'] }]);
    await say('off');
    expect(settings()).toEqual([]);
    await expect(say('off')).rejects.toThrow('no alerts here yet');
  });

  test('are mute for four hours unless told, and heard again when told', async () => {
    const { say, settings } = place();
    await say('on eth');
    expect(await say('mute')).toContain('muted until 2026-02-14 16:30 UTC');
    expect(settings()[0]!.mutedUntilMs).toBe(madeMs + 40_000 + 4 * 3_600_000);
    await say('mute 30m');
    expect(settings()[0]!.mutedUntilMs).toBe(madeMs + 40_000 + 1_800_000);
    expect(await say('list')).toContain('MUTED until');
    await say('mute off');
    expect(settings()[0]).not.toHaveProperty('mutedUntilMs');
  });

  test('are listed by how near price is now', async () => {
    const { say } = place();
    await say('on eth,btc,sol min 1k');
    const lines = (await say('list')).split('\n');
    const distances = lines.map((line) =>
      line.startsWith('price is inside') ? '0' : /^([\d.]+) % away/.exec(line)?.[1],
    );
    const away = distances.flatMap((distance) => (distance === undefined ? [] : [Number(distance)]));
    expect(away).toHaveLength(3);
    expect(away).toEqual([...away].sort((a, b) => a - b));
  });

  test('hold a message of many subscriptions within its length', async () => {
    const { say, alerts: management } = place();
    const to = { platform: 'discord', communityId: 's1', chatId: 'c1' };
    for (let i = 0; i < 25; i += 1) {
      await management.subscribe(to, {
        symbols: ['ETH'],
        changes: {
          clusterId: `long-${i}-a`,
          quiet: {
            from: 0,
            to: 60,
            timeZone: 'America/Argentina/Buenos_Aires',
            weekends: true,
            during: 'silent',
          },
        },
        createdBy: 'u1',
      });
    }
    const text = await say('list');
    expect(text.length).toBeLessThan(2_000);
    expect(text).toMatch(/and \d+ more$/);
    await expect(say('on btc')).rejects.toThrow('the most');
  });

  test('can be tried out', async () => {
    const { say, claimed, enqueued } = place();
    await expect(say('test')).rejects.toThrow('no alerts here yet');
    await say('on eth');
    expect(await say('test')).toContain('on its way');
    expect(claimed).toMatchObject([
      { stage: 'test', symbol: 'ETH', payload: { text: expect.stringContaining('Test') } },
    ]);
    expect(enqueued).toEqual([claimed[0]!.key]);
    await say('pause');
    await expect(say('test')).rejects.toThrow('No alerts are active');
  });

  test('ping a role that was chosen, on Discord, and never everybody', async () => {
    const { run, settings } = place();
    const ping = '200000000000000001';
    await run({ action: 'on', symbols: 'eth', ping });
    expect(settings()).toMatchObject([{ pingRoleId: ping }]);
    const server = { ...manager, communityId: '300000000000000001' };
    await expect(run({ action: 'on', symbols: 'eth', ping: server.communityId }, server)).rejects.toThrow(
      'everyone',
    );
    await expect(run({ action: 'on', symbols: 'eth', ping }, alone)).rejects.toThrow('Discord only');
  });

  test.each([
    ['on', 'Which coin'],
    ['on etj', 'Did you mean ETH'],
    ['on eth distance far', 'For example: distance 2%'],
  ])('%s gets an answer that says what to do', async (text, answer) => {
    await expect(place().say(text)).rejects.toThrow(answer);
  });

  test('belong to a chat', async () => {
    await expect(alerts.run({}, { maps: new FakeMaps() })).rejects.toThrow('belong to a chat');
  });
});

describe('the button under a map', () => {
  test('alerts whoever presses it, alone, of the nearest cluster of a side', async () => {
    const { alerts: management, run, subscriptions } = place(member);
    const reply = await commandNamed('liqmap').run(
      { symbol: 'eth' },
      contextOf({ caller: member, alerts: management }),
    );
    const [button] = reply.buttons!.flat().filter(({ command }) => command === 'alerts');
    expect(button!.label).toMatch(/^Alert me at \$[\d,.]+$/);
    expect(await run(button!.words)).toMatch(/^You will be told by direct message when ETH nears/);
    await run(button!.words);
    expect([...subscriptions.kept.values()]).toMatchObject([
      { chatId: 'u2', settings: { symbols: ['ETH'], clusterId: button!.words['cluster'] } },
    ]);
  });

  test('means the cluster at the same level where the map was of another window', async () => {
    const { run, settings } = place(member);
    const { clusters } = await new FakeMaps().map({ symbol: 'ETH', window: '7d' });
    const [first] = clusters;
    const cluster = `${first!.side}-${Number(first!.peak.toPrecision(6))}-zzz`;
    await run({ action: 'on', symbols: 'eth', where: 'dm', cluster });
    expect(settings()).toMatchObject([{ clusterId: first!.id }]);
    const gone = `${first!.side}-1-zzz`;
    await expect(run({ action: 'on', symbols: 'eth', where: 'dm', cluster: gone })).rejects.toThrow(
      'not on the map',
    );
  });

  test('is not there where nobody could be alerted', async () => {
    const reply = await commandNamed('liqmap').run({ symbol: 'eth' }, { maps: new FakeMaps() });
    expect(reply.buttons!.flat().map(({ command }) => command)).not.toContain('alerts');
  });
});
