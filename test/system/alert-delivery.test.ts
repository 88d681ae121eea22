import { MessageFlags } from 'discord-api-types/v10';
import type { Message } from 'telegraf/types';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { alertSettingsSchema } from '../../src/alerts/settings.ts';
import { roles } from '../../src/config.ts';
import { createSimulatedSources } from '../../src/market/simulated/market.ts';
import { AlertStage } from '../support/alert-stage.ts';
import { Permissions } from '../support/discord/world.ts';
import { until } from '../support/jobs/process.ts';

vi.setConfig({ testTimeout: 40_000 });

let stage: AlertStage;
beforeEach(async () => {
  stage = await AlertStage.open();
});
afterEach(() => stage.close());

const posts = /\/channels\/\d+\/messages$/;

/** What Telegram shows in a chat, as text. */
function saidIn(chat: Parameters<AlertStage['telegram']['saidIn']>[0]): string[] {
  return stage.telegram
    .saidIn(chat)
    .map((message) => (message as Message.TextMessage).text ?? (message as Message.PhotoMessage).caption);
}

describe('an alert on Discord', () => {
  it('stands in the channel, answers and changes its own messages, and pings only the role that was set', async () => {
    await stage.start();
    const role = '200000000000000001';
    const subscription = await stage.subscribe(stage.inChannel(), { pingRoleId: role });
    const first = await stage.alert(subscription, 'ETH nears $20M of longs *here*');
    const touch = await stage.alert(subscription, 'price is in it', { repliesTo: first, silent: true });
    await stage.settled(touch);
    const receipt = await stage.alert(subscription, 'what came of it', { kind: 'receipt', edits: first });
    expect(await stage.settled(receipt)).toMatchObject({ state: 'sent' });
    const [approach, answer, ...more] = stage.channel().messages;
    expect(more).toEqual([]);
    expect(approach!.content).toBe(`<@&${role}>\nwhat came of it`);
    expect(approach!.allowedMentions).toEqual({ parse: [], roles: [role] });
    expect(approach!.flags & MessageFlags.SuppressNotifications).toBe(0);
    expect(approach!.rows.flat().map(({ label }) => label)).toEqual(['Mute 4h']);
    expect(answer!.answers).toBe(approach);
    expect(answer!.flags & MessageFlags.SuppressNotifications).not.toBe(0);
    expect(await stage.row(first)).toMatchObject({
      state: 'sent',
      messageRef: `${stage.channel().id}/${approach!.id}`,
    });
  });

  it('comes to a person alone', async () => {
    await stage.start();
    const ann = stage.discord.person('ann', { servers: [stage.server] });
    const subscription = await stage.subscribe({ platform: 'discord', chatId: ann.user.id });
    await stage.settled(await stage.alert(subscription, 'for you'));
    await stage.settled(await stage.alert(subscription, 'for you again'));
    const contents = stage.discord.world.directChannel(ann.user).messages.map(({ content }) => content);
    expect(contents).toEqual(['for you', 'for you again']);
    expect(stage.discord.requestsTo('POST', /\/users\/@me\/channels$/)).toHaveLength(1);
  });

  it('comes without being an answer where the bot may not read what it answers', async () => {
    await stage.start();
    const subscription = await stage.subscribe(stage.inChannel());
    const first = await stage.alert(subscription, 'first');
    await stage.settled(first);
    stage.channel().denied = Permissions.ReadMessageHistory;
    await stage.settled(await stage.alert(subscription, 'touch', { repliesTo: first }));
    expect(stage.channel().messages.map(({ content, answers }) => [content, answers])).toEqual([
      ['first', undefined],
      ['touch', undefined],
    ]);
  });

  it('is there once, whether the answer is lost, the limit reached or the server broken', async () => {
    await stage.start();
    const subscription = await stage.subscribe(stage.inChannel());
    const { faults } = stage.discord;
    const where = { method: 'POST', path: posts };
    faults.plan(where, { kind: 'reset', when: 'after' }, 2);
    const lost = await stage.alert(subscription, 'lost answer');
    expect(await stage.settled(lost)).toMatchObject({ state: 'sent' });
    faults.plan(where, { kind: 'limit', retryAfterMs: 300 });
    const slow = await stage.alert(subscription, 'too many');
    expect(await stage.settled(slow)).toMatchObject({ state: 'sent' });
    faults.plan(where, { kind: 'error', status: 502 }, 2);
    const broken = await stage.alert(subscription, 'bad gateway');
    expect(await stage.settled(broken)).toMatchObject({ state: 'sent' });
    expect(stage.channel().messages.map(({ content }) => content)).toEqual([
      'lost answer',
      'too many',
      'bad gateway',
    ]);
  });

  it('whose message is gone is not changed, and nothing comes in its place', async () => {
    await stage.start();
    const subscription = await stage.subscribe(stage.inChannel());
    const first = await stage.alert(subscription, 'first');
    await stage.settled(first);
    stage.discord.world.remove(stage.channel().messages[0]!);
    const receipt = await stage.alert(subscription, 'too late', { kind: 'receipt', edits: first });
    expect(await stage.settled(receipt)).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('gone'),
    });
    expect(stage.channel().messages).toEqual([]);
  });

  it('ends where the channel takes nothing any more, and whoever subscribed it is told once', async () => {
    await stage.start();
    const boss = stage.discord.person('boss', {
      servers: [stage.server],
      permissions: Permissions.ManageGuild,
    });
    const subscription = await stage.subscribe(stage.inChannel(), { createdBy: boss.user.id });
    const other = await stage.subscribe(stage.inChannel(), { symbols: ['BTC'], createdBy: boss.user.id });
    stage.channel().denied = Permissions.SendMessages;
    const keys = [
      await stage.alert(subscription, 'one'),
      await stage.alert(other, 'two'),
      await stage.alert(subscription, 'three'),
    ];
    const rows = await Promise.all(keys.map((key) => stage.settled(key)));
    expect(rows.map(({ state }) => state)).toEqual(['failed', 'dropped', 'dropped']);
    expect(
      stage.discord.requestsTo('POST', new RegExp(`/channels/${stage.channel().id}/messages$`)),
    ).toHaveLength(1);
    const told = stage.discord.world.directChannel(boss.user).messages;
    await until(() => told.length > 0, 5_000, 'word to who subscribed');
    expect(told.map(({ content }) => content)).toEqual([expect.stringContaining('ETH')]);
    expect(told[0]!.content).toContain('may not post');

    stage.channel().denied = 0n;
    const answer = await boss.slash(stage.channel(), 'alerts', { action: 'on' }).whisper();
    expect(answer.content).toContain('are on again');
    expect(await stage.settled(await stage.alert(subscription, 'alive'))).toMatchObject({ state: 'sent' });
    expect(
      stage
        .channel()
        .messages.filter(({ onlyFor }) => !onlyFor)
        .map(({ content }) => content),
    ).toEqual(['alive']);
  });
});

describe('an alert on Telegram', () => {
  it('comes to topics and groups, answers and changes its own messages', async () => {
    await stage.start();
    const forum = stage.telegram.supergroup('Forum', { 4: 'ETH' });
    const to = { platform: 'telegram', communityId: `${forum.id}`, chatId: `${forum.id}`, threadId: '4' };
    const subscription = await stage.subscribe(to);
    const first = await stage.alert(subscription, 'ETH nears $20M of longs');
    const touch = await stage.alert(subscription, 'price is in it', { repliesTo: first, silent: true });
    const receipt = await stage.alert(subscription, 'what came of it', { kind: 'receipt', edits: first });
    expect(await stage.settled(receipt)).toMatchObject({ state: 'sent' });
    const [approach, answer, ...more] = stage.telegram.saidIn(forum) as Message.TextMessage[];
    expect(more).toEqual([]);
    expect(approach).toMatchObject({ text: 'what came of it', message_thread_id: 4 });
    expect(approach!.reply_markup?.inline_keyboard.flat().map(({ text }) => text)).toEqual(['Mute 4h']);
    expect(answer!.reply_to_message?.message_id).toBe(approach!.message_id);
    expect(stage.telegram.callsOf('sendMessage').map(({ given }) => given['disable_notification'])).toEqual([
      undefined,
      true,
    ]);
    expect((await stage.row(touch)).state).toBe('sent');
  });

  it('waits as long as Telegram asks, and is sent once', async () => {
    await stage.start();
    const chat = stage.telegram.privateChat(stage.ada);
    const subscription = await stage.subscribe({ platform: 'telegram', chatId: `${chat.id}` });
    stage.telegram.fail({ fault: { kind: 'flood', retryAfterS: 1 }, method: 'sendMessage', times: 1 });
    expect(await stage.settled(await stage.alert(subscription, 'patience'))).toMatchObject({ state: 'sent' });
    expect(saidIn(chat)).toEqual(['patience']);
  });

  it.each([
    ['is reset after it was done', { kind: 'reset', performed: true }, 1],
    ['is reset, nobody knows when', { kind: 'reset' }, 0],
    ['ends in a server error', { kind: 'status', code: 502, performed: true }, 1],
  ] as const)('whose request %s is unknown and never repeated', async (_, fault, count) => {
    await stage.start();
    const chat = stage.telegram.privateChat(stage.ada);
    const subscription = await stage.subscribe({ platform: 'telegram', chatId: `${chat.id}` });
    stage.telegram.fail({ fault, method: 'sendMessage', times: 1 });
    const key = await stage.alert(subscription, 'once');
    expect(await stage.settled(key)).toMatchObject({ state: 'unknown', reason: expect.any(String) });
    await stage.enqueue(subscription, key);
    await stage.settled(await stage.alert(subscription, 'next'));
    expect(saidIn(chat)).toEqual([...(count ? ['once'] : []), 'next']);
    const status = stage.telegram.say(stage.ada, chat, '/status');
    await until(() => saidIn(chat).length > count + 1, 10_000, `an answer to ${status.message_id}`);
    expect(saidIn(chat).at(-1)).toContain('1 unknown');
  });

  it('ends when the bot is kicked, whoever subscribed is told, and the command takes it up again', async () => {
    await stage.start();
    const chat = stage.telegram.privateChat(stage.ada);
    const group = stage.telegram.supergroup();
    group.administrators.push(stage.ada);
    const to = { platform: 'telegram', communityId: `${group.id}`, chatId: `${group.id}` };
    const subscription = await stage.subscribe(to, { createdBy: `${stage.ada.id}` });
    group.setStanding(stage.bot.id, 'kicked');
    expect(await stage.settled(await stage.alert(subscription, 'nobody hears'))).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('kicked'),
    });
    await until(() => saidIn(chat).length > 0, 10_000, 'word to who subscribed');
    expect(saidIn(chat)).toEqual([expect.stringContaining('have stopped')]);
    group.setStanding(stage.bot.id, 'member');
    stage.telegram.say(stage.ada, group, '/alerts on');
    await until(() => saidIn(group).length > 0, 10_000, 'an answer');
    expect(saidIn(group)[0]).toContain('are on again');
    expect(await stage.settled(await stage.alert(subscription, 'alive'))).toMatchObject({ state: 'sent' });
    expect(saidIn(group).at(-1)).toBe('alive');
  });

  it('is waited for by nobody once the bot was removed: who subscribed is told once, and all is kept for its return', async () => {
    await stage.start();
    const chat = stage.telegram.privateChat(stage.ada);
    const group = stage.telegram.supergroup();
    group.administrators.push(stage.ada);
    const to = { platform: 'telegram', communityId: `${group.id}`, chatId: `${group.id}` };
    const createdBy = `${stage.ada.id}`;
    const wanted = { distancePct: 2, kinds: { built: 'on' } } as const;
    for (const more of [wanted, { symbols: ['BTC'] }]) await stage.subscribe(to, { ...more, createdBy });
    const states = async () => {
      const all = await stage.store.subscriptions(alertSettingsSchema).list({ chatId: `${group.id}` });
      return all.map(({ state, settings }) => [state, settings.symbols[0], settings.distancePct]);
    };
    stage.telegram.setStanding(group, 'kicked', stage.ada);
    await until(() => saidIn(chat).length > 0, 10_000, 'word to who subscribed');
    expect(await states()).toEqual([
      ['broken', 'ETH', 2],
      ['broken', 'BTC', undefined],
    ]);
    stage.telegram.setStanding(group, 'member', stage.ada);
    stage.telegram.say(stage.ada, group, '/alerts on');
    await until(() => saidIn(group).length > 0, 10_000, 'an answer');
    expect(await states()).toEqual([
      ['active', 'ETH', 2],
      ['active', 'BTC', undefined],
    ]);
    expect(saidIn(chat)).toEqual([expect.stringMatching(/ETH.*BTC.*have stopped/)]);
  });

  it('keeps the order of a burst', async () => {
    await stage.start();
    const chat = stage.telegram.privateChat(stage.ada);
    const subscription = await stage.subscribe({ platform: 'telegram', chatId: `${chat.id}` });
    const keys: string[] = [];
    const names = ['one', 'two', 'three', 'four'];
    for (const name of names) keys.push(await stage.claim(subscription, name));
    await Promise.all([...keys].reverse().map((key) => stage.enqueue(subscription, key)));
    await Promise.all(keys.map((key) => stage.settled(key)));
    expect(saidIn(chat)).toEqual(names);
  });
});

it('what was claimed before we started, or lost its job with Redis, is delivered', async () => {
  const chat = stage.telegram.privateChat(stage.ada);
  const there = await stage.subscribe({ platform: 'telegram', chatId: `${chat.id}` });
  const here = await stage.subscribe(stage.inChannel());
  const keys = [await stage.claim(there, 'left over'), await stage.claim(here, 'left over, too')];
  await stage.start();
  const rows = await Promise.all(keys.map((key) => stage.settled(key)));
  expect(rows.map(({ state }) => state)).toEqual(['sent', 'sent']);
});

it('the map of the coin goes along, uploaded once to Telegram', async () => {
  const endMs = Math.floor(Date.now() / 300_000) * 300_000;
  const market = createSimulatedSources({ seed: 3, startMs: endMs - 8 * 86_400_000, endMs, warmUpDays: 2 });
  const { started } = await stage.start({ roles, sources: market.sources });
  // Made and drawn before, so that it is there in time on a slow machine.
  const { backend } = await started;
  const warm = await backend.run(
    'liqmap',
    { symbol: 'ETH' },
    {
      platform: 'web',
      userId: '1',
      chatId: '1',
      mayManage: false,
    },
  );
  await warm.picture!.draw();
  const chats = [
    stage.telegram.privateChat(stage.ada),
    stage.telegram.privateChat(stage.telegram.addUser('Bob')),
  ];
  const telegram = await Promise.all(
    chats.map(({ id }) => stage.subscribe({ platform: 'telegram', chatId: `${id}` })),
  );
  const discord = await stage.subscribe(stage.inChannel());
  const about = { withPicture: true };
  const keys = [];
  for (const one of [...telegram, discord]) keys.push(await stage.alert(one, 'with its map', about));
  for (const key of keys) expect(await stage.settled(key, 30_000)).toMatchObject({ state: 'sent' });
  const uploads = stage.telegram
    .callsOf('sendPhoto')
    .filter(({ given }) => typeof given['photo'] !== 'string');
  expect(uploads).toHaveLength(1);
  expect(chats.map((chat) => saidIn(chat))).toEqual([['with its map'], ['with its map']]);
  const [attachment] = stage.channel().messages[0]!.attachments;
  expect(attachment).toMatchObject({ width: 1200, height: 675, description: expect.stringContaining('ETH') });
  const [key = ''] = keys;
  const receipt = await stage.alert(telegram[0]!, 'its receipt', { ...about, kind: 'receipt', edits: key });
  expect(await stage.settled(receipt)).toMatchObject({ state: 'sent' });
  expect(saidIn(chats[0]!)).toEqual(['its receipt']);
});
