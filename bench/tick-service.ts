/** The service as one process that decides on alerts and delivers them, without exchanges. Started by `alert-delivery.ts`. */
import { chatFactories } from '../src/app/chats.ts';
import { startApp } from '../src/app.ts';
import { loadConfig, type Role } from '../src/config.ts';
import { createLog } from '../src/log.ts';

export type TickServiceStart = {
  readonly settings: Readonly<Record<string, string>>;
  readonly platform: Extract<Role, 'discord' | 'telegram'>;
};

process.once('message', (start: TickServiceStart) => void run(start));
process.once('disconnect', () => process.exit());

async function run({ settings, platform }: TickServiceStart): Promise<void> {
  const config = { ...loadConfig(settings), httpPort: 0, symbols: [] };
  const app = startApp({
    config,
    roles: ['compute', platform],
    log: createLog({ level: 'error' }),
    chats: chatFactories(config).filter(({ name }) => name === platform),
    sources: [],
  });
  await app.started;
  process.send?.({ started: true });
}
