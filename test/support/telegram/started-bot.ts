import { Telegram, type TelegramOptions } from '../../../src/chat/telegram/index.ts';
import { createLog } from '../../../src/log.ts';
import type { Clock } from '../../../src/market/clock.ts';
import type { EmulatedBot } from './bot.ts';
import type { TelegramEmulator } from './emulator.ts';
import { memoryStore, ScriptedBackend } from './scripted-backend.ts';

/** So fast that no test waits for them. */
const noLimits = { perSecond: 10_000, chatGapMs: 0, groupPerMinute: 10_000 };
const shortWaits = {
  conflict: { firstMs: 20, longestMs: 40 },
  away: { firstMs: 5, longestMs: 10 },
};

/** Time that passes so many times as fast as real time, from where real time stands. */
export function fastClock(times: number): Clock {
  const startMs = performance.now();
  const startUtcMs = Date.now();
  const steadyMs = () => (performance.now() - startMs) * times;
  return {
    steadyMs,
    nowMs: () => startUtcMs + steadyMs(),
    after: (ms, run) => {
      const timer = setTimeout(run, ms / times);
      return () => clearTimeout(timer);
    },
  };
}

/** Our bot for an account of the emulator, with everything about it that a test may look at. */
export function botFor(emulator: TelegramEmulator, bot: EmulatedBot, more: Partial<TelegramOptions> = {}) {
  const lines: string[] = [];
  const backend = new ScriptedBackend();
  const store = memoryStore();
  const dead: unknown[] = [];
  const moved: unknown[] = [];
  const alarms: string[] = [];
  const telegram = new Telegram({
    token: bot.token,
    apiUrl: emulator.url,
    backend,
    store,
    log: createLog({ level: 'debug', write: (line) => lines.push(line) }),
    limits: noLimits,
    waits: shortWaits,
    onDead: (destination) => dead.push(destination),
    onMoved: async (move) => void moved.push(move),
    onAlarm: (message) => alarms.push(message),
    ...more,
  });
  return { telegram, backend, store, lines, dead, moved, alarms };
}

export type TestBot = ReturnType<typeof botFor>;
