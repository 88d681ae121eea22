import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roles } from '../../src/config.ts';
import { type FaultBench, openBench } from '../support/faults/bench.ts';
import { type PrivatePostgres, startPrivatePostgres } from '../support/faults/private-postgres.ts';
import { recoveredMs } from '../support/faults/recoveries.ts';
import { tallyTable } from '../support/faults/tables.ts';
import { brokenBy } from '../support/faults/tally.ts';
import { until } from '../support/jobs/process.ts';
import { redisKinds } from '../support/jobs/redis.ts';

type Health = { readonly parts: Record<string, { readonly ok: boolean; readonly detail: string }> };
/** Begins a fault; what it gives ends it. */
type Begin = (given: { readonly bench: FaultBench; readonly postgres: PrivatePostgres }) => () => unknown;

const everything = roles.join(',');

describe.skipIf(!redisKinds.includes('child'))('while what all processes share fails, under work', () => {
  let postgres: PrivatePostgres | undefined;
  let bench: FaultBench;
  let web: string;
  let rounds = 0;

  beforeAll(async () => {
    postgres = await startPrivatePostgres();
    bench = await openBench({
      tell: (line) => console.info(line),
      ...(postgres && { databaseUrl: postgres.url }),
    });
    const { web: url } = await bench.fleet.start(everything).line('started', 60_000);
    web = String(url);
    for (const role of roles) bench.recoveries.watch(role, await bench.probeOf(role));
    await bench.recoveries.settle();
  }, 120_000);
  afterAll(async () => {
    await bench.close();
    postgres?.close();
  }, 30_000);

  const health = async () => (await (await fetch(`${web}/healthz`)).json()) as Health;

  async function work(): Promise<void> {
    for (const one of bench.works) one.round(rounds);
    rounds += 1;
    await bench.alerts.given();
  }

  const redisPaused: Begin = ({ bench: { stage } }) => {
    process.kill(stage.redisPid(), 'SIGSTOP');
    return () => process.kill(stage.redisPid(), 'SIGCONT');
  };
  const redisKilled: Begin = ({ bench: { stage } }) => {
    process.kill(stage.redisPid(), 'SIGKILL');
    return () => undefined;
  };
  const postgresPaused: Begin = ({ postgres: ours }) => ours.pause();
  const postgresKilled: Begin = ({ postgres: ours }) => {
    ours.kill();
    return () => ours.start();
  };

  /** How long each role took, from now on; none longer than it may. */
  async function recovered(what: string): Promise<void> {
    const before = bench.recoveries.done.length;
    for (const role of roles) bench.recoveries.watch(role, await bench.probeOf(role));
    await bench.recoveries.settle();
    const times = bench.recoveries.done.slice(before);
    console.info(
      `${what}; back: ${times.map(({ role, ms }) => `${role} ${(ms / 1000).toFixed(1)} s`).join(', ')}`,
    );
    expect(times).toHaveLength(roles.length);
    expect(times.filter(({ ms }) => ms > recoveredMs)).toEqual([]);
  }

  it.for<[string, { part: string; log: RegExp; begin: Begin }]>([
    [
      'Redis is paused',
      { part: 'redis', log: /Redis|prices are listened to anew|Command timed out/, begin: redisPaused },
    ],
    ['Redis is killed', { part: 'redis', log: /^Redis is away/, begin: redisKilled }],
    [
      'PostgreSQL is paused',
      { part: 'sql', log: /cannot be written|not written down|not recorded/, begin: postgresPaused },
    ],
    [
      'PostgreSQL is killed',
      { part: 'sql', log: /cannot be written|not written down|not recorded/, begin: postgresKilled },
    ],
  ])(
    '%s: health and log tell, and every role works again in time',
    { timeout: 150_000 },
    async ([what, { part, log, begin }], { skip }) => {
      if (part === 'sql' && !postgres) skip('no PostgreSQL can be started here');
      await work();
      const { lines } = bench.fleet.with('web');
      const from = lines.length;
      const startMs = performance.now();
      const end = begin({ bench, postgres: postgres! });
      const isLogged = () =>
        lines
          .slice(from)
          .some(({ level, msg, reason }) => level !== 'info' && log.test(`${String(msg)} ${String(reason)}`));
      const partOf = async () => (await health()).parts[part]!;
      try {
        await until(async () => !(await partOf()).ok, 15_000, `${part} is not well`);
        const alarmMs = performance.now() - startMs;
        console.info(`${what}: ${(alarmMs / 1000).toFixed(1)} s to the alarm`);
        await until(isLogged, 30_000, 'word of it in the log');
      } finally {
        await end();
      }
      await recovered(what);
      await until(async () => (await partOf()).ok, recoveredMs, `${part} is well`);
    },
  );

  it('Redis is emptied: what was in it is made again, and alerts whose jobs are gone go out in time', async () => {
    // Of jobs that nobody asks for again nothing is promised.
    bench.alerts.round(rounds);
    await bench.alerts.given();
    const ends = [await bench.alerts.lose('discord'), await bench.alerts.lose('telegram')];
    await bench.jobs.settle();
    bench.jobs.emptied();
    await bench.stage.connect().patient('emptying').flushall();
    await recovered('Redis is emptied');
    for (const end of ends) {
      const { state, createdMs, updatedMs } = await end();
      expect(state).toBe('sent');
      expect(updatedMs - createdMs).toBeLessThan(recoveredMs);
    }
  }, 150_000);

  it('nothing is lost and nothing comes twice', async () => {
    for (const one of bench.works) await one.settle();
    expect(await bench.fleet.stop()).toEqual(new Map([[everything, 0]]));
    const tallies = (await Promise.all(bench.works.map((one) => one.count()))).flat();
    console.info(tallyTable(tallies));
    expect(brokenBy(tallies)).toEqual([]);
    expect(bench.fleet.defects).toEqual([]);
  }, 300_000);
});
