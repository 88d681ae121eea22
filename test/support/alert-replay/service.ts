/**
 * The whole service on a recorded market, as a process whose time its parent moves: it can be killed like any other.
 * Started by `ServiceInTime`.
 */
import { chatFactories } from '../../../src/app/chats.ts';
import { startApp } from '../../../src/app.ts';
import { loadConfig, roles } from '../../../src/config.ts';
import { createLog } from '../../../src/log.ts';
import { ReplayClock } from './clock.ts';
import { createPathSource } from './path-source.ts';
import type { Order } from './service-in-time.ts';

export type ServiceStart = {
  readonly settings: Readonly<Record<string, string>>;
  /** Folder of the recorded files. */
  readonly data: string;
  readonly coins: readonly string[];
  readonly nowMs: number;
};

const tell = (report: object) => void process.send?.(report);

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
    if (round) await clock.round();
    tell({ done: true });
  });
  await app.started;
  await clock.untilAsleep();
  tell({ started: true });
}
