/**
 * The whole service on a recorded market, as a process whose time its parent moves: it can be killed like any other.
 * Started by `ServiceInTime`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { chatFactories } from '../../../src/app/chats.ts';
import { startApp } from '../../../src/app.ts';
import { loadConfig, roles } from '../../../src/config.ts';
import { createLog } from '../../../src/log.ts';
import { ReplayClock } from './clock.ts';
import { createPathSource } from './path-source.ts';
import type { Order, Report, ServiceStart } from './service-in-time.ts';

/** The engine's two rounds: maps, and what is due by time. */
const rounds = 2;
const lookEveryMs = 2;

const tell = (report: Report) => void process.send?.(report);

process.once('message', (start: ServiceStart) => void run(start));
// Without its parent there is nothing to do.
process.once('disconnect', () => process.exit());

async function run({ settings, data, coins, nowMs: startMs }: ServiceStart): Promise<void> {
  const clock = new ReplayClock(startMs);
  const config = { ...loadConfig(settings), httpPort: 0, symbols: coins };
  const source = await createPathSource({ folder: data, coins, nowMs: clock.nowMs });
  const app = startApp({
    config,
    roles,
    log: createLog({ level: 'info' }),
    chats: chatFactories(config),
    sources: [source],
    nowMs: clock.nowMs,
    pause: clock.pause,
  });
  process.on('message', async ({ moveTo, round }: Order) => {
    if (moveTo !== undefined) clock.moveTo(moveTo);
    if (round) await allRound(clock);
    tell({ done: true });
  });
  await app.started;
  await untilAsleep(clock);
  tell({ started: true });
}

/** Lets the engine look at everything once. */
async function allRound(clock: ReplayClock): Promise<void> {
  await untilAsleep(clock);
  clock.ring();
  await untilAsleep(clock);
}

async function untilAsleep(clock: ReplayClock): Promise<void> {
  while (clock.sleepers < rounds) await sleep(lookEveryMs);
}
