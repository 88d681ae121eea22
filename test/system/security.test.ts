import type { Message } from 'telegraf/types';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { alertSettingsSchema } from '../../src/alerts/settings.ts';
import { roles } from '../../src/config.ts';
import { createSimulatedSources } from '../../src/market/simulated/market.ts';
import { settingsSchema } from '../../src/settings.ts';
import { AlertStage } from '../support/alert-stage.ts';
import { Permissions } from '../support/discord/world.ts';
import { until } from '../support/jobs/process.ts';
import type { EmulatedChat } from '../support/telegram/chat.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 90_000 });

const secret = 'a-secret-that-only-telegram-shows';
let stage: AlertStage;
let webUrl: string;

beforeAll(async () => {
  stage = await AlertStage.open();
  const endMs = Math.floor(Date.now() / 300_000) * 300_000;
  const market = createSimulatedSources({ seed: 3, startMs: endMs - 8 * 86_400_000, endMs, warmUpDays: 2 });
  const app = await stage.start(
    { roles, sources: market.sources },
    {
      TELEGRAM_WEBHOOK_URL: 'https://liqmap.example/telegram',
      TELEGRAM_WEBHOOK_SECRET: secret,
      PUBLIC_URL: 'https://liqmap.example',
    },
  );
  ({ webUrl = '' } = await app.started);
  stage.telegram.route('liqmap.example', webUrl);
  await stage.discord.until('commands', () => stage.discord.world.commands.length > 0);
  await until(() => stage.bot.webhook !== undefined, 30_000, 'the webhook');
});
afterAll(() => stage.close());

function subscribed(platform: string, chatId: string | number) {
  return stage.store.subscriptions(alertSettingsSchema).list({ platform, chatId: `${chatId}` });
}

function settingsOf(platform: string, id: string | number) {
  return stage.store.settings(settingsSchema).get({ platform, kind: 'community', id: `${id}` });
}

describe('on Discord', () => {
  /** What changes something, as codes that a forged client may send for a button. */
  const forged = [
    '1|alerts|off',
    '1|alerts|pause',
    '1|alerts|mute',
    '1|alerts|edit|cap 200',
    '1|settings|theme|light',
  ];

  it.each(forged)('an ordinary member who forges the button %s changes nothing', async (custom_id) => {
    const channel = stage.channel('general');
    const subscription = await stage.subscribe(stage.inChannel());
    const mallory = stage.discord.person('mallory', { servers: [stage.server] });
    const help = await mallory.slash(channel, 'help').answer();
    const whisper = await mallory.pressCode(help, { custom_id }).whisper();
    expect(whisper.content).toMatch(/Only who may manage/);
    expect(await subscribed('discord', channel.id)).toContainEqual(subscription);
    expect(await settingsOf('discord', stage.server.id)).toBeUndefined();
    await stage.store.subscriptions(alertSettingsSchema).remove(subscription.id);
  });

  it('an administrator of another server reads and changes nothing of this one, by number or by cluster', async () => {
    const subscription = await stage.subscribe(stage.inChannel());
    const other = stage.discord.addServer('others', { channels: ['lobby'] });
    const lobby = other.channels.find(({ name }) => name === 'lobby')!;
    for (const code of ['1|alerts|off|1', '1|alerts|off|ETH', '1|alerts|pause', '1|alerts|list']) {
      const permissions = Permissions.Administrator;
      const eve = stage.discord.person(`eve ${code}`, { servers: [other], permissions });
      const help = await eve.slash(lobby, 'help').answer();
      const { content } = await eve.pressCode(help, { custom_id: code }).whisper();
      expect(content).toMatch(/no alerts|none/i);
    }
    expect(await subscribed('discord', stage.channel('general').id)).toContainEqual(subscription);
    await stage.store.subscriptions(alertSettingsSchema).remove(subscription.id);
  });

  it.each([
    ['of nobody', 'x'],
    ['of another version', '0|alerts|off'],
    ['with a word too many', '1|help|liqmap|eth'],
    ['of a command that there is not', '1|eval|process.exit()'],
  ])('a custom id %s is an old button', async (_, custom_id) => {
    const ann = stage.discord.person(`ann ${custom_id}`, { servers: [stage.server] });
    const help = await ann.slash(stage.channel('general'), 'help').answer();
    const { content } = await ann.pressCode(help, { custom_id }).whisper();
    expect(content).toMatch(/older|old|again/);
  });

  it('whoever asks again and again is asked to wait, and others are answered meanwhile', async () => {
    const flood = stage.discord.person('flood', { servers: [stage.server] });
    const channel = stage.channel('alerts');
    for (let turn = 0; turn < 8; turn += 1) flood.slash(channel, 'alerts', { action: 'list' });
    const told = () => flood.sees(channel).filter(({ content }) => content.startsWith('That was quick'));
    await until(() => told().length >= 3, 20_000, 'words about the pace');
    const calm = stage.discord.person('calm', { servers: [stage.server] });
    expect((await calm.slash(channel, 'alerts', { action: 'list' }).whisper()).content).not.toMatch(/wait/i);
  });
});

describe('on Telegram', () => {
  async function said(chat: EmulatedChat, count: number): Promise<string> {
    await until(() => stage.telegram.saidIn(chat).length >= count, 20_000, `${count} messages`);
    const last = stage.telegram.saidIn(chat).at(-1) as Message.TextMessage & Message.PhotoMessage;
    return last.text ?? last.caption;
  }

  /** As the address is reached by whoever knows it. */
  async function post(update: unknown, shown?: string): Promise<number> {
    const headers = { ...(shown !== undefined && { 'x-telegram-bot-api-secret-token': shown }) };
    const body = typeof update === 'string' ? update : JSON.stringify(update);
    return (await fetch(`${webUrl}/telegram`, { method: 'POST', headers, body })).status;
  }

  const command = (update_id: number, chat: EmulatedChat, from: object, text: string) => ({
    update_id,
    message: { message_id: update_id, date: Math.floor(Date.now() / 1000), chat: chat.chat, from, text },
  });

  it('an update without the secret, or with a wrong one, is refused and done by nobody', async () => {
    const chat = stage.telegram.privateChat(stage.telegram.addUser('Vic'));
    const update = command(
      900_001,
      chat,
      { id: chat.id, is_bot: false, first_name: 'Vic' },
      '/alerts on eth',
    );
    for (const shown of [undefined, '', 'wrong', secret.slice(1), `${secret}x`]) {
      expect(await post(update, shown)).toBe(403);
    }
    expect((await fetch(`${webUrl}/telegram`)).status).toBe(405);
    expect(await subscribed('telegram', chat.id)).toEqual([]);
    expect(stage.telegram.saidIn(chat)).toEqual([]);
  });

  it('an update that is played again is done once', async () => {
    const zoe = stage.telegram.addUser('Zoe');
    const chat = stage.telegram.privateChat(zoe);
    const update = command(900_002, chat, zoe, '/alerts on eth');
    expect(await post(update, secret)).toBe(200);
    await said(chat, 1);
    await stage.store
      .subscriptions(alertSettingsSchema)
      .remove((await subscribed('telegram', chat.id))[0]!.id);
    for (let turn = 0; turn < 3; turn += 1) expect(await post(update, secret)).toBe(200);
    expect(await post(command(900_003, chat, zoe, '/about'), secret)).toBe(200);
    await said(chat, 2);
    expect(await subscribed('telegram', chat.id)).toEqual([]);
    expect(stage.telegram.saidIn(chat)).toHaveLength(2);
  });

  it.each(['{', 'null', '[]', '{"update_id":"1"}', '{"update_id":1e99}'])(
    '%s with the secret is no update',
    async (body) => {
      expect(await post(body, secret)).toBe(400);
    },
  );

  it('a body of megabytes is not read to its end', async () => {
    expect(await post('x'.repeat(3_000_000), secret)).toBe(413);
  });

  it('who presses a forged button in a group without managing it changes nothing', async () => {
    const group = stage.telegram.supergroup('Group');
    const subscription = await stage.subscribe({
      platform: 'telegram',
      communityId: `${group.id}`,
      chatId: `${group.id}`,
    });
    const mallory = stage.telegram.addUser('Mallory');
    stage.telegram.say(mallory, group, '/help');
    await said(group, 1);
    const message = stage.telegram.saidIn(group)[0]!;
    const data = '1|alerts|off';
    const callback_query = { id: 'forged', from: mallory, chat_instance: '1', data, message };
    await post({ update_id: 900_010, callback_query }, secret);
    await stage.telegram.until(() => stage.telegram.callsOf('answerCallbackQuery').length > 0);
    expect(await subscribed('telegram', group.id)).toContainEqual(subscription);
  });

  it('a press that names a message of another chat acts for the chat it names only as far as the presser may there', async () => {
    const group = stage.telegram.supergroup('Theirs');
    const subscription = await stage.subscribe({
      platform: 'telegram',
      communityId: `${group.id}`,
      chatId: `${group.id}`,
    });
    const own = stage.telegram.supergroup('Own');
    const eve = stage.telegram.addUser('Eve');
    own.administrators.push(eve);
    const calls = () => stage.telegram.callsOf('answerCallbackQuery').length;
    const before = calls();
    // An administrator of one group, with the message of the other.
    const message = { message_id: 77, date: 1_790_000_000, chat: group.chat };
    const callback_query = { id: 'forged2', from: eve, chat_instance: '1', data: '1|alerts|off', message };
    await post({ update_id: 900_011, callback_query }, secret);
    await stage.telegram.until(() => calls() > before);
    expect(await subscribed('telegram', group.id)).toContainEqual(subscription);
  });

  it('a button under a message that was shared elsewhere manages nothing', async () => {
    const mallory = stage.telegram.addUser('Mal');
    const calls = () => stage.telegram.callsOf('answerCallbackQuery').length;
    const before = calls();
    const callback_query = {
      id: 'c3',
      from: mallory,
      chat_instance: '9',
      data: '1|alerts|on|eth',
      inline_message_id: 'im1',
    };
    await post({ update_id: 900_012, callback_query }, secret);
    await stage.telegram.until(() => calls() > before);
    expect(await subscribed('telegram', '9')).toEqual([]);
  });
});

describe('over the web', () => {
  it('a guessed page is not there, and who goes on guessing has to wait', async () => {
    const statuses: number[] = [];
    const headers = { host: 'liqmap.example', 'x-forwarded-for': '203.0.113.9' };
    for (let turn = 0; turn < 90; turn += 1) {
      const id = `${turn}`.padStart(22, 'a');
      statuses.push((await fetch(`${webUrl}/m/${id}`, { headers })).status);
    }
    expect(new Set(statuses)).toEqual(new Set([404, 429]));
  });

  it.each(['/healthz', '/metrics', '/telegram', '/m/x', '/nothing', '/..%2f..%2fetc%2fpasswd'])(
    '%s names no software and may not be guessed at by browsers',
    async (path) => {
      const { headers } = await fetch(`${webUrl}${path}`);
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('server')).toBeNull();
      if (path === '/telegram') return;
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    },
  );
});
