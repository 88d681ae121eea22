import { type Role, roles } from '../../../src/config.ts';
import { AlertStage } from '../alert-stage.ts';
import { uniformAt } from '../exchange/noise.ts';
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
import { brokenBy, type Tally } from './tally.ts';

export type KillRounds = {
  readonly rounds: number;
  readonly seed: number;
  /** Between two kills, milliseconds: drawn from this range. */
  readonly between?: { readonly fromMs: number; readonly toMs: number };
  /** Told how it goes. */
  readonly tell: (line: string) => void;
};

export type KillReport = {
  readonly kills: ReadonlyMap<Role, number>;
  readonly recoveries: Recoveries;
  readonly tallies: readonly Tally[];
  /** What did not hold, in words. */
  readonly broken: readonly string[];
  readonly tookMs: number;
};

/** Within this time after its process was started again a role has to do its work. */
const recoveredMs = 60_000;
const startedMs = 60_000;

/**
 * Runs the service with a process for each role, gives it work without a pause, and kills a process at random, round
 * after round; starts it again, and counts in the end.
 */
export async function killRounds(options: KillRounds): Promise<KillReport> {
  const { rounds, seed, between = { fromMs: 2_000, toMs: 8_000 }, tell } = options;
  const startMs = performance.now();
  const closers: (() => unknown)[] = [];
  try {
    const bench = await open(closers, tell);
    const { fleet, works, recoveries } = bench;
    await Promise.all(roles.map((role) => fleet.start(role).line('started', startedMs)));
    const kills = new Map<Role, number>(roles.map((role) => [role, 0]));
    for (let round = 0; round < rounds; round += 1) {
      for (const work of works) work.round(round);
      const waitMs = between.fromMs + (between.toMs - between.fromMs) * uniformAt(seed, 2 * round);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      const role = roles[Math.floor(roles.length * uniformAt(seed, 2 * round + 1))]!;
      await fleet.end(role, 'SIGKILL');
      kills.set(role, kills.get(role)! + 1);
      fleet.start(role);
      recoveries.watch(role, await bench.probeOf(role));
      tell(`round ${round + 1}: ${role} killed after ${(waitMs / 1000).toFixed(1)} s`);
    }
    tell('waiting until all has come to its end');
    await recoveries.settle();
    for (const work of works) await work.settle();
    const codes = await fleet.stop();
    const tallies = (await Promise.all(works.map((work) => work.count()))).flat();
    const broken = [
      ...brokenBy(tallies),
      ...recoveries.done
        .filter(({ ms }) => ms > recoveredMs)
        .map(({ role, ms }) => `${role} was back after ${ms / 1000} s`),
      ...[...codes].filter(([, code]) => code !== 0).map(([role, code]) => `${role} ended with ${code}`),
      ...fleet.defects,
    ];
    return { kills, recoveries, tallies, broken, tookMs: performance.now() - startMs };
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

/** Everything that the service works with, and what gives it work. */
async function open(closers: (() => unknown)[], tell: KillRounds['tell']) {
  const exchange = await startLoopbackExchange({
    world: smallWorld({ nowMs: Date.now() }),
    nowMs: Date.now,
  });
  closers.push(() => exchange.close());
  const stage = await AlertStage.open(redisKinds.at(-1)!);
  closers.push(() => stage.close());
  const connections = stage.connect();
  await connections.ready();
  const fleet = new Fleet({
    ...stage.settings(),
    EXCHANGE_API_URL: exchange.url,
    VENUES: 'bybit,hyperliquid',
    SYMBOLS: 'BTC',
  });
  closers.push(() => fleet.close());
  const feed = new CoinFeed(connections);
  closers.push(() => feed.close());
  const alerts = new AlertWork(stage, feed);
  await alerts.open();
  const records = new RecordWork(stage.store, exchange);
  closers.push(() => records.close());
  const jobs = new JobWork(stage.queue, connections.hasty('jobs'));
  closers.push(() => jobs.close());
  const recoveries = new Recoveries(tell);
  const works = [alerts, new PeopleWork(stage), records, jobs];

  /** An alert of its own tells whether a platform is served again. */
  async function isTold(platform: 'discord' | 'telegram'): Promise<Probe> {
    const key = await alerts.tell(
      await alerts.newReader(platform, `after kill ${recoveries.watched} of ${platform}`),
    );
    return async () => (await stage.row(key)).state === 'sent';
  }

  async function probeOf(role: Role): Promise<Probe> {
    const process = fleet.running(role);
    switch (role) {
      case 'collect':
        return async (killedMs) => (await records.newestMs()) > killedMs;
      case 'compute': {
        const job = await jobs.add();
        return async (killedMs) => jobs.isDone(job) && ((await feed.heardMs()) ?? 0) > killedMs;
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

  return { fleet, works, recoveries, probeOf };
}
