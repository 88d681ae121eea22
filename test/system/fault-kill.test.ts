import { describe, it } from 'vitest';
import { openBench } from '../support/faults/bench.ts';
import { killRounds } from '../support/faults/kill-rounds.ts';
import { tallyTable } from '../support/faults/tables.ts';
import { until } from '../support/jobs/process.ts';
import { redisKinds } from '../support/jobs/redis.ts';

type Health = { readonly parts: { readonly work: { readonly ok: boolean; readonly detail: string } } };

const startedMs = 120_000;
/** A lease lasts for 15 s, and who looks does so every 15 s and says what was so twice. */
const alarmMs = 60_000;

describe.skipIf(!redisKinds.includes('child'))('processes that are killed', () => {
  /** A hundred rounds: `npm run faults -- --rounds 100`. */
  it.concurrent('at random, again and again: nothing is lost or comes twice, and each is back within a minute', async ({
    expect,
  }) => {
    const between = { fromMs: 500, toMs: 3_000 };
    const report = await killRounds({ rounds: 5, seed: 3, between, tell: () => undefined });
    console.info(tallyTable(report.tallies));
    // It has to run for a minute and a half to say of a time that it has heard all.
    const broken = report.broken.filter((words) => !words.includes('none were given'));
    expect(broken).toEqual([]);
    expect(report.tallies.filter(({ given }) => given > 0).length).toBeGreaterThanOrEqual(8);
  }, 240_000);

  it.concurrent('and not started again: who is left names what nobody does, in its health and in its log', async ({
    expect,
  }) => {
    const bench = await openBench({ tell: () => undefined });
    try {
      const { fleet } = bench;
      const others = ['collect', 'compute,discord,telegram'];
      const web = fleet.start('web');
      await Promise.all(others.map((roles) => fleet.start(roles).line('started', startedMs)));
      const { web: url } = await web.line('started', startedMs);
      const work = async () => ((await (await fetch(`${String(url)}/healthz`)).json()) as Health).parts.work;
      await until(async () => (await work()).ok, alarmMs, 'all work done');

      await Promise.all(others.map((roles) => fleet.with(roles.split(',')[0]!).end('SIGKILL')));
      const undone = ['alerts', 'collect-bybit', 'collect-hyperliquid', 'discord', 'telegram'];
      const isNamed = async () => (await work()).detail === `nobody does: ${undone.join(', ')}`;
      await until(isNamed, alarmMs, 'work that nobody does in /healthz');
      // Leases end one after the other, so that one look may see some and the next the rest; each is named once.
      const alarmed = () =>
        web.lines
          .filter(({ msg }) => msg === 'work is done by no process')
          .flatMap(({ work: names }) => names as readonly string[]);
      await until(() => alarmed().length >= undone.length, alarmMs, 'all of it in the log');
      expect(alarmed().sort()).toEqual(undone);
      // Starting this process again would not help.
      expect((await fetch(`${String(url)}/healthz`)).status).toBe(200);

      for (const roles of others) fleet.start(roles);
      await until(async () => (await work()).ok, alarmMs, 'all work done again');
      await web.line('work is done again', alarmMs);
    } finally {
      await bench.close();
    }
  }, 300_000);
});
