import type { User } from 'telegraf/types';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { defaultLimits } from '../../src/chat/telegram/schedule.ts';
import { mostInWindow } from '../chat/telegram/traffic.ts';
import { TelegramEmulator } from '../support/telegram/emulator.ts';
import type { RecordedCall } from '../support/telegram/server.ts';
import { botFor, fastClock } from '../support/telegram/started-bot.ts';

vi.setConfig({ testTimeout: 20_000 });

/** Time passes ten times as fast, for the bot and for Telegram alike; the limits are the real ones. */
const times = 10;
const messages = ['sendMessage', 'sendPhoto', 'editMessageMedia', 'editMessageText'];

let telegram: TelegramEmulator;
const clock = fastClock(times);

beforeEach(async () => {
  telegram = await TelegramEmulator.start({ nowMs: clock.nowMs });
});
afterEach(() => telegram.stop());

function timesOf(calls: readonly RecordedCall[]): number[] {
  return calls.filter(({ method }) => messages.includes(method)).map(({ atMs }) => atMs);
}

it('a broadcast to 500 chats keeps the limits while people ask, and passes over those who are gone', async () => {
  const bot = telegram.addBot();
  const people = Array.from({ length: 450 }, (_, i) => telegram.privateChat(telegram.addUser(`U${i}`)));
  const groups = Array.from({ length: 50 }, (_, i) => telegram.supergroup(`G${i}`));
  const gone = people.filter((_, i) => i % 45 === 7);
  for (const chat of gone) chat.setStanding(bot.id, 'blocked');
  const askers: User[] = Array.from({ length: 20 }, (_, i) => telegram.addUser(`Asker${i}`));
  const one = botFor(telegram, bot, { clock, limits: defaultLimits });
  await one.telegram.start();

  const alert = one.backend.mapReply('btc', '7d');
  const twice = gone.map((chat) => chat.id);
  const broadcast = [...people, ...groups].map(({ id }) =>
    one.telegram.send({ chatId: `${id}`, reply: alert, priority: 'broadcast' }),
  );
  const waits: number[] = [];
  for (const asker of askers) {
    const chat = telegram.privateChat(asker);
    const askedMs = clock.nowMs();
    telegram.say(asker, chat, '/liqmap eth');
    await telegram.until(() => telegram.saidIn(chat).length > 0);
    waits.push(clock.nowMs() - askedMs);
  }
  const outcomes = await Promise.all(broadcast);
  const again = await Promise.all(
    twice.map((id) => one.telegram.send({ chatId: `${id}`, reply: alert, priority: 'broadcast' })),
  );
  await one.telegram.stop();

  expect(outcomes.filter((outcome) => 'messageId' in outcome)).toHaveLength(490);
  expect([...outcomes.filter((outcome) => 'dead' in outcome), ...again]).toHaveLength(20);
  const toGone = telegram.calls.filter(({ given }) => twice.includes(Number(given['chat_id'])));
  expect(toGone).toHaveLength(gone.length);
  expect(mostInWindow(timesOf(telegram.calls), 1_000)).toBeLessThanOrEqual(defaultLimits.perSecond);
  // Two pictures, each uploaded once.
  expect(telegram.world.files.uploads).toBe(2);
  expect(telegram.callsOf('sendPhoto').filter(({ encoding }) => encoding === 'form')).toHaveLength(2);
  expect(telegram.calls.filter(({ outcome }) => outcome.includes('defect'))).toEqual([]);
  expect(waits.length).toBeGreaterThan(0);
});
