import { ChannelType, MessageFlags } from 'discord-api-types/v10';
import type { Message } from 'telegraf/types';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { alertSettingsSchema } from '../../src/alerts/settings.ts';
import { roles } from '../../src/config.ts';
import { createSimulatedSources } from '../../src/market/simulated/market.ts';
import { AlertStage } from '../support/alert-stage.ts';
import { Permissions } from '../support/discord/world.ts';
import { until } from '../support/jobs/process.ts';
import type { EmulatedChat } from '../support/telegram/chat.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

let stage: AlertStage;
beforeAll(async () => {
  stage = await AlertStage.open();
  const endMs = Math.floor(Date.now() / 300_000) * 300_000;
  const market = createSimulatedSources({ seed: 3, startMs: endMs - 8 * 86_400_000, endMs, warmUpDays: 2 });
  await stage.start({ roles, sources: market.sources });
  await stage.discord.until('commands', () => stage.discord.world.commands.length > 0);
});
afterAll(() => stage.close());

function subscribed(platform: string, chatId: string | number) {
  return stage.store.subscriptions(alertSettingsSchema).list({ platform, chatId: `${chatId}` });
}

/** What the bot says in a chat once it has said so much there. */
async function said(chat: EmulatedChat, count: number): Promise<string> {
  await until(() => stage.telegram.saidIn(chat).length >= count, 20_000, `${count} messages`);
  const last = stage.telegram.saidIn(chat).at(-1) as Message.TextMessage & Message.PhotoMessage;
  return last.text ?? last.caption;
}

describe('alerts on Discord', () => {
  const boss = () =>
    stage.discord.person('boss', { servers: [stage.server], permissions: Permissions.ManageGuild });

  it('are switched on for a channel by who may manage the server, seen by nobody else', async () => {
    const channel = stage.channel('general');
    const answer = await boss()
      .slash(channel, 'alerts', { action: 'on', symbols: 'eth', distance: '2%', min: '20m' })
      .whisper();
    expect(answer.content).toContain('Alerts on ETH are on, here:');
    expect(answer.flags & MessageFlags.Ephemeral).not.toBe(0);
    expect(await subscribed('discord', channel.id)).toMatchObject([
      { communityId: stage.server.id, settings: { symbols: ['ETH'], distancePct: 2, minUsd: 20_000_000 } },
    ]);
    const ann = stage.discord.person('ann', { servers: [stage.server] });
    const refused = await ann.slash(channel, 'alerts', { action: 'off' }).whisper();
    expect(refused.content).toContain('Only who may manage');
    expect(await subscribed('discord', channel.id)).toHaveLength(1);
  });

  it.each([
    [Permissions.SendMessages, 'Send Messages'],
    [Permissions.AttachFiles, 'Attach Files'],
    [Permissions.ViewChannel, 'View Channel'],
  ])('say what is lacking before they are promised: %s', async (denied, name) => {
    const channel = stage.channel('alerts');
    channel.denied = denied;
    const answer = await boss().slash(channel, 'alerts', { action: 'on', symbols: 'eth' }).whisper();
    expect(answer.content).toContain(`I lack ${name}.`);
    expect(await subscribed('discord', channel.id)).toEqual([]);
    channel.denied = 0n;
  });

  it('in a thread need another right than in its channel', async () => {
    const thread = stage.discord.world.addChannel('eth', {
      type: ChannelType.PublicThread,
      server: stage.server,
    });
    const answer = await boss().slash(thread, 'alerts', { action: 'on', symbols: 'eth' }).whisper();
    expect(answer.content).toContain('I lack Send Messages in Threads.');
    stage.server.botPermissions = (stage.server.botPermissions ?? 0n) | Permissions.SendMessagesInThreads;
    const then = await boss().slash(thread, 'alerts', { action: 'on', symbols: 'eth' }).whisper();
    expect(then.content).toContain('are on, here');
    const [subscription] = await subscribed('discord', thread.id);
    await stage.settled(await stage.alert(subscription!, 'in the thread'));
    expect(thread.messages.filter(({ onlyFor }) => !onlyFor).map(({ content }) => content)).toEqual([
      'in the thread',
    ]);
  });

  it('of one cluster come to whoever presses the button under a map, and the map stays as it was', async () => {
    const channel = stage.channel('general');
    const ann = stage.discord.person('ann', { servers: [stage.server] });
    const map = await ann.slash(channel, 'liqmap', { symbol: 'eth' }).answer();
    const label = map.rows.flat().find((button) => button.label.startsWith('Alert me'))!.label;
    const before = map.content;
    const whisper = await ann.press(map, label).whisper();
    expect(whisper.content).toContain('You will be told by direct message when ETH nears');
    expect(map.content).toBe(before);
    const [subscription] = await subscribed('discord', ann.user.id);
    expect(subscription!.settings.clusterId).toMatch(/^(long|short)-/);
    await stage.settled(await stage.alert(subscription!, 'it is near'));
    expect(stage.discord.world.directChannel(ann.user).messages.map(({ content }) => content)).toEqual([
      'it is near',
    ]);
  });

  it('are muted by the button under one of them, by who may', async () => {
    const bossy = boss();
    const channel = stage.channel('general');
    const [subscription] = await subscribed('discord', channel.id);
    await stage.settled(await stage.alert(subscription!, 'loud'));
    const message = channel.messages.find(({ content }) => content === 'loud')!;
    const answer = await bossy.press(message, 'Mute 4h').whisper();
    expect(answer.content).toContain('are muted until');
    const key = await stage.alert(subscription!, 'not heard');
    expect(await stage.settled(key)).toMatchObject({ state: 'dropped' });
    expect(message.content).toBe('loud');
    const ann = stage.discord.person('ann', { servers: [stage.server] });
    expect((await ann.press(message, 'Mute 4h').whisper()).content).toContain('Only who may manage');
  });

  it('can be tried out before the first one comes', async () => {
    const ann = stage.discord.person('tess', { servers: [stage.server] });
    const channel = stage.channel('general');
    await ann.slash(channel, 'alerts', { action: 'on', symbols: 'eth', where: 'dm' }).whisper();
    await ann.slash(channel, 'alerts', { action: 'test', where: 'dm' }).whisper();
    const direct = stage.discord.world.directChannel(ann.user);
    await until(() => direct.messages.length > 0, 20_000, 'the test');
    expect(direct.messages[0]!.content).toContain('Test: this is how');
    expect(direct.messages[0]!.attachments).toHaveLength(1);
  });
});

describe('alerts on Telegram', () => {
  it('are switched on in words, for the topic, by administrators, the anonymous one too', async () => {
    const forum = stage.telegram.supergroup('Forum', { 4: 'ETH' });
    forum.administrators.push(stage.ada);
    const text = '/alerts on eth distance 2% min 20m';
    stage.telegram.say(stage.ada, forum, text, { threadId: 4 });
    expect(await said(forum, 1)).toContain('Alerts on ETH are on, here:');
    stage.telegram.say(stage.telegram.addUser('Bob'), forum, '/alerts off', { threadId: 4 });
    expect(await said(forum, 2)).toContain('Only who may manage');
    expect(await subscribed('telegram', forum.id)).toMatchObject([
      { threadId: '4', communityId: `${forum.id}`, settings: { distancePct: 2, minUsd: 20_000_000 } },
    ]);
    stage.telegram.say(stage.ada, forum, '/alerts edit 1 touch silent', { threadId: 4, anonymous: true });
    expect(await said(forum, 3)).toContain('#1 is changed');
    expect(await subscribed('telegram', forum.id)).toMatchObject([
      { settings: { kinds: { touch: 'silent' } } },
    ]);
  });

  it.each([
    ['text', 'send messages'],
    ['photos', 'send photos'],
  ] as const)('say what is lacking before they are promised: %s', async (right, words) => {
    const group = stage.telegram.supergroup();
    group.administrators.push(stage.ada);
    group.rights[right] = false;
    stage.telegram.say(stage.ada, group, '/alerts on eth');
    const isHere = ({ given }: { readonly given: Readonly<Record<string, unknown>> }) =>
      `${given['chat_id']}` === `${group.id}`;
    await stage.telegram.until(() => stage.telegram.callsOf('sendMessage').some(isHere));
    const answer = stage.telegram.callsOf('sendMessage').find(isHere)!;
    expect(answer.given['text']).toContain(`I lack the right to ${words}`);
    expect(await subscribed('telegram', group.id)).toEqual([]);
  });

  it('of one cluster go to whoever presses, once that person has begun to talk with us', async () => {
    const group = stage.telegram.supergroup();
    const cem = stage.telegram.addUser('Cem');
    stage.telegram.privateChat(cem, 'never');
    stage.telegram.say(cem, group, '/liqmap eth');
    await said(group, 1);
    const map = stage.telegram.saidIn(group)[0] as Message.PhotoMessage;
    const button = map.reply_markup!.inline_keyboard.flat().find(({ text }) => text.startsWith('Alert me'))!;
    const refused = await stage.telegram.press(cem, map, button.text);
    expect(refused).toMatchObject({ showAlert: true, text: expect.stringContaining('?start=alerts') });
    expect(await subscribed('telegram', cem.id)).toEqual([]);

    const dora = stage.telegram.addUser('Dora');
    const chat = stage.telegram.privateChat(dora);
    const done = await stage.telegram.press(dora, map, button.text);
    expect(done.text).toContain('You will be told by direct message');
    expect((stage.telegram.saidIn(group)[0] as Message.PhotoMessage).caption).toBe(map.caption);
    const [subscription] = await subscribed('telegram', dora.id);
    await stage.settled(await stage.alert(subscription!, 'it is near'));
    expect(await said(chat, 1)).toBe('it is near');
  });

  it('are not muted by an ordinary member who presses the button under one of them', async () => {
    const group = stage.telegram.supergroup();
    group.administrators.push(stage.ada);
    stage.telegram.say(stage.ada, group, '/alerts on eth');
    await said(group, 1);
    const [subscription] = await subscribed('telegram', group.id);
    await stage.settled(await stage.alert(subscription!, 'loud'));
    const alert = stage.telegram.saidIn(group).at(-1) as Message.TextMessage;
    const refused = await stage.telegram.press(stage.telegram.addUser('Eve'), alert, 'Mute 4h');
    expect(refused).toMatchObject({
      showAlert: true,
      text: expect.stringContaining('Only who may manage'),
    });
    const [after] = await subscribed('telegram', group.id);
    expect(after!.settings.mutedUntilMs).toBeUndefined();
  });

  it('of a group that has moved go where it is now, and can be changed there', async () => {
    const group = stage.telegram.group();
    group.administrators.push(stage.ada);
    stage.telegram.say(stage.ada, group, '/alerts on eth');
    await said(group, 1);
    const moved = stage.telegram.migrate(group);
    await until(async () => (await subscribed('telegram', moved.id)).length === 1, 10_000, 'the move');
    const [subscription] = await subscribed('telegram', moved.id);
    const key = await stage.alert(subscription!, 'here now');
    expect(await stage.settled(key)).toMatchObject({
      state: 'sent',
      messageRef: expect.stringContaining(`${moved.id}/`),
    });
    expect(await said(moved, 1)).toBe('here now');
  });
});
