import { expect, it } from 'vitest';
import { killRounds } from '../support/faults/kill-rounds.ts';
import { tallyTable } from '../support/faults/tables.ts';
import { redisKinds } from '../support/jobs/redis.ts';

/** A hundred rounds: `npm run faults -- --rounds 100`. */
it.skipIf(!redisKinds.includes('child'))(
  'with a role killed at random again and again nothing is lost or comes twice, and each is back within a minute',
  async () => {
    const between = { fromMs: 500, toMs: 3_000 };
    const report = await killRounds({ rounds: 5, seed: 3, between, tell: () => undefined });
    console.info(tallyTable(report.tallies));
    // It has to run for a minute and a half to say of a time that it has heard all.
    const broken = report.broken.filter((words) => !words.includes('none were given'));
    expect(broken).toEqual([]);
    expect(report.tallies.filter(({ given }) => given > 0).length).toBeGreaterThanOrEqual(8);
  },
  240_000,
);
