import type { Role } from '../../../src/config.ts';
import { AlertStage } from '../alert-stage.ts';
import { startLoopbackExchange } from '../exchange/server.ts';
import { smallWorld } from '../exchange/small-world.ts';
import { redisKinds } from '../jobs/redis.ts';
import { AlertWork } from './alert-work.ts';
import { CoinFeed } from './coin-feed.ts';
import { Fleet } from './fleet.ts';
import { JobWork } from './job-work.ts';
import { PeopleWork } from './people-work.ts';
import { RecordWork } from './record-work.ts';
import { type Probe, Recoveries } from './recoveries.ts';
import type { Work } from './tally.ts';

export type FaultBench = {
  readonly stage: AlertStage;
  readonly fleet: Fleet;
  readonly alerts: AlertWork;
  readonly jobs: JobWork;
  readonly records: RecordWork;
  readonly works: readonly Work[];
  readonly recoveries: Recoveries;
  /** Whether a role that was killed just now does its work again. */
  probeOf(role: Role): Promise<Probe>;
  close(): Promise<void>;
};

type Options = {
  readonly tell: (line: string) => void;
  /** A PostgreSQL; SQLite unless told. */
  readonly databaseUrl?: string;
  /** How long to wait in the end until the service says what it has heard all of; not at all unless told. */
  readonly hearMs?: number;
};

/** Everything that the service works with, and what gives it work; none of its processes is started yet. */
export async function openBench({ tell, databaseUrl, hearMs = 0 }: Options): Promise<FaultBench> {
  const world = smallWorld({ nowMs: Date.now() });
  const exchange = await startLoopbackExchange({ world, nowMs: Date.now });
  const stage = await AlertStage.open(redisKinds.at(-1)!, databaseUrl);
  const connections = stage.connect();
  await connections.ready();
  const fleet = new Fleet({
    ...stage.settings(),
    EXCHANGE_API_URL: exchange.url,
    VENUES: 'bybit,hyperliquid',
    SYMBOLS: 'BTC',
  });
  const feed = new CoinFeed(connections);
  const alerts = new AlertWork(stage, feed);
  await alerts.open();
  const records = new RecordWork(stage.store, exchange, hearMs);
  const jobs = new JobWork(stage.queue, connections.hasty('jobs'));
  const recoveries = new Recoveries(tell);

  /** An alert of its own tells whether a platform is served again. */
  async function isTold(platform: 'discord' | 'telegram'): Promise<Probe> {
    const reader = await alerts.newReader(platform, `after fault ${recoveries.watched} of ${platform}`);
    const key = await alerts.tell(reader);
    return async () => (await stage.row(key)).state === 'sent';
  }

  async function probeOf(role: Role): Promise<Probe> {
    const process = fleet.with(role);
    switch (role) {
      case 'collect':
        return async (sinceMs) => (await records.newestMs()) > sinceMs;
      case 'compute': {
        const job = await jobs.add();
        return async (sinceMs) => jobs.isDone(job) && ((await feed.heardMs()) ?? 0) > sinceMs;
      }
      case 'discord':
      case 'telegram':
        return isTold(role);
      case 'web':
        return async () => {
          const url = process.lines.find(({ msg }) => msg === 'started')?.['web'];
          return url !== undefined && (await fetch(`${String(url)}/healthz`)).ok;
        };
    }
  }

  return {
    ...{ stage, fleet, alerts, jobs, records, recoveries, probeOf },
    works: [alerts, new PeopleWork(stage), records, jobs],
    async close() {
      await fleet.close();
      records.close();
      await jobs.close();
      feed.close();
      await stage.close();
      await exchange.close();
    },
  };
}
