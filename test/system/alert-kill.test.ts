import type { Message } from 'telegraf/types';
import { describe, test, vi } from 'vitest';
import { AlertStage } from '../support/alert-stage.ts';
import { held } from '../support/discord/faults.ts';
import { until } from '../support/jobs/process.ts';
import { type RedisKind, redisKinds } from '../support/jobs/redis.ts';
import type { EmulatedChat } from '../support/telegram/chat.ts';

vi.setConfig({ testTimeout: 180_000 });

/** Each on a stage of its own, all at once: most of the time goes by in waiting for what a dead process held. */
const staged = (redisKind: RedisKind) =>
  test.extend<{ stage: AlertStage }>({
    stage: async ({ task: _ }, use) => {
      const stage = await AlertStage.open(redisKind);
      await use(stage);
      await stage.close();
    },
  }).concurrent;
const it = staged('in-process');

const posts = /\/channels\/\d+\/messages$/;
const delivered = (stage: AlertStage) => stage.channel().messages.map(({ content }) => content);

function saidIn({ telegram }: AlertStage, chat: EmulatedChat): string[] {
  return telegram.saidIn(chat).map((message) => (message as Message.TextMessage).text);
}

async function toAda(stage: AlertStage) {
  const chat = stage.telegram.privateChat(stage.ada);
  const subscription = await stage.subscribe({ platform: 'telegram', chatId: `${chat.id}` });
  return { chat, subscription };
}

describe('when the process that delivers is killed', () => {
  it('before a request has left, the alert is sent by the next', async ({ expect, stage }) => {
    const { chat, subscription } = await toAda(stage);
    const first = stage.process('telegram');
    await first.line('started', 90_000);
    // Refused for now: it surely did not arrive, and waits in the process that is killed.
    stage.telegram.fail({ fault: { kind: 'flood', retryAfterS: 20 }, method: 'sendMessage', times: 1 });
    const key = await stage.alert(subscription, 'once');
    await first.line('Telegram asks to wait');
    await until(async () => (await stage.row(key)).state === 'pending', 5_000, 'that it counts as not sent');
    await first.end('SIGKILL');
    stage.process('telegram');
    expect(await stage.settled(key, 60_000)).toMatchObject({ state: 'sent' });
    expect(saidIn(stage, chat)).toEqual(['once']);
  });

  it('between the request and its answer, Telegram shows it once and we say that we do not know', async ({
    expect,
    stage,
  }) => {
    const { chat, subscription } = await toAda(stage);
    const first = stage.process('telegram');
    await first.line('started', 90_000);
    stage.telegram.fail({ fault: { kind: 'hang', performed: true }, method: 'sendMessage', times: 1 });
    const key = await stage.alert(subscription, 'once');
    await until(() => saidIn(stage, chat).length === 1, 20_000, 'the message');
    await first.end('SIGKILL');
    const next = await stage.alert(subscription, 'next');
    stage.process('telegram');
    expect(await stage.settled(key, 60_000)).toMatchObject({
      state: 'unknown',
      reason: expect.stringContaining('interrupted'),
    });
    await stage.settled(next);
    expect(saidIn(stage, chat)).toEqual(['once', 'next']);
  });

  it.for(['before', 'after'])(
    'between the request and its answer, Discord shows it once, done %s the next process repeats it',
    async (when, { expect, stage }) => {
      const subscription = await stage.subscribe(stage.inChannel());
      const first = stage.process('discord');
      await first.line('started', 90_000);
      const { until: released, release } = held();
      stage.discord.faults.plan({ method: 'POST', path: posts }, { kind: 'hold', until: released });
      const key = await stage.alert(subscription, 'once');
      await stage.discord.until('the request', () => stage.discord.requestsTo('POST', posts).length === 1);
      await first.end('SIGKILL');
      if (when === 'before') release();
      stage.process('discord');
      expect(await stage.settled(key, 60_000)).toMatchObject({ state: 'sent' });
      release();
      await new Promise((resolve) => setImmediate(resolve));
      expect(delivered(stage)).toEqual(['once']);
    },
  );

  it('again and again, every alert comes at most once to Telegram and exactly once to Discord', async ({
    expect,
    stage,
  }) => {
    const chats = ['Ann', 'Bob', 'Cem'].map((name) =>
      stage.telegram.privateChat(stage.telegram.addUser(name)),
    );
    const people = await Promise.all(
      chats.map(({ id }) => stage.subscribe({ platform: 'telegram', chatId: `${id}` })),
    );
    const channel = await stage.subscribe(stage.inChannel());
    const [there, here]: [string[], string[]] = [[], []];
    for (let i = 0; i < 6; i += 1) {
      for (const one of people) there.push(await stage.claim(one, `t${i}`));
      here.push(await stage.claim(channel, `d${i}`));
    }
    const seen = () => chats.reduce((sum, chat) => sum + saidIn(stage, chat).length, delivered(stage).length);
    for (const enough of [3, 9, 15]) {
      const one = stage.process();
      await until(() => seen() >= enough, 60_000, `${enough} messages`);
      await one.end('SIGKILL');
    }
    stage.process();
    const rows = await Promise.all([...there, ...here].map((key) => stage.settled(key, 90_000)));
    const sent = rows.filter(({ state }) => state === 'sent').length;
    const unknown = rows.filter(({ state }) => state === 'unknown');
    expect(sent + unknown.length).toBe(rows.length);
    expect(unknown.filter(({ key }) => here.includes(key))).toEqual([]);
    expect(delivered(stage)).toEqual(['d0', 'd1', 'd2', 'd3', 'd4', 'd5']);
    for (const [index, chat] of chats.entries()) {
      const texts = saidIn(stage, chat);
      expect(texts).toEqual([...new Set(texts)].sort());
      const own = rows.filter(
        ({ subscriptionId, state }) => subscriptionId === people[index]!.id && state === 'sent',
      );
      expect(texts).toEqual(expect.arrayContaining(own.map(({ payload }) => payload.text)));
      expect(texts.length - own.length).toBeLessThanOrEqual(unknown.length);
    }
    console.info(`alerts through three kills: ${sent} sent, ${unknown.length} unknown`);
  });
});

describe.skipIf(!redisKinds.includes('child'))('when Redis is killed in the middle', () => {
  staged('child')('every alert comes once', async ({ expect, stage }) => {
    const { chat, subscription } = await toAda(stage);
    const channel = await stage.subscribe(stage.inChannel());
    await stage.start();
    const keys: string[] = [];
    for (let i = 0; i < 8; i += 1) {
      keys.push(await stage.alert(subscription, `t${i}`), await stage.alert(channel, `d${i}`));
    }
    await until(() => saidIn(stage, chat).length >= 2, 20_000, 'the first messages');
    process.kill(stage.redisPid(), 'SIGKILL');
    const rows = await Promise.all(keys.map((key) => stage.settled(key, 150_000)));
    expect(rows.map(({ state }) => state)).toEqual(keys.map(() => 'sent'));
    expect(saidIn(stage, chat)).toEqual(['t0', 't1', 't2', 't3', 't4', 't5', 't6', 't7']);
    expect(delivered(stage)).toEqual(['d0', 'd1', 'd2', 'd3', 'd4', 'd5', 'd6', 'd7']);
  });
});
