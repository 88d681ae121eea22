import { describe, expect, it } from 'vitest';
import type { AlertReceipt } from '../../src/alerts/receipt.ts';
import { alertScore } from '../../src/alerts/score.ts';
import type { ClusterStage, StageName } from '../../src/store/cluster-stages.ts';

const dayMs = 86_400_000;
const nowMs = 200 * dayMs + 5_000;

function stage(
  name: StageName,
  day: number,
  changes: Partial<ClusterStage<AlertReceipt>> = {},
): ClusterStage<AlertReceipt> {
  return {
    ...{
      symbol: 'BTC',
      clusterId: 'c',
      stage: name,
      arming: day,
      side: 'long',
      atMs: day * dayMs,
      priceUsd: 100,
    },
    ...{ low: 90, high: 95, usd: 1e6, lowestUsd: 90, highestUsd: 100, alerts: 0, receipts: {} },
    ...changes,
  };
}

function seen(strongestMinuteUsd: number): Pick<ClusterStage<AlertReceipt>, 'receipts'> {
  const observed = { usd: strongestMinuteUsd, isLowerBound: false, strongestMinuteUsd, normalMinuteUsd: 100 };
  return { receipts: { 15: { atMs: 0, priceUsd: 90, lowestUsd: 90, highestUsd: 100, observed } } };
}

/** So many days with a case each, reached and across reached, with so many exceeding a normal minute. */
function history(days: number, exceeded: { readonly cluster: number; readonly chance: number }) {
  return Array.from({ length: days }, (_, i) => 199 - i).flatMap((day, i) => [
    stage('case', day),
    stage('reached', day, seen(i < exceeded.cluster ? 500 : 50)),
    stage('chance', day, seen(i < exceeded.chance ? 500 : 50)),
  ]);
}

async function score(stages: readonly ClusterStage<AlertReceipt>[]) {
  const since = async (sinceMs: number) => stages.filter(({ atMs }) => atMs >= sinceMs);
  return (await alertScore({ since }, nowMs)).coins[0]!;
}

describe('the score of alerts', () => {
  it('counts clusters that were reached against levels as far away on the other side', async () => {
    const coin = await score([
      ...[199, 198, 197, 196].map((day) => stage('case', day)),
      stage('reached', 199, seen(500)),
      stage('reached', 198),
      stage('chance', 197, seen(50)),
    ]);
    expect(coin.reached).toMatchObject({ hits: 2, cases: 4 });
    expect(coin.reachedByChance).toMatchObject({ hits: 1, cases: 4 });
    expect(coin.exceeded).toMatchObject({ hits: 1, cases: 1, high: 1 });
    expect(coin.exceededByChance).toMatchObject({ hits: 0, cases: 1, low: 0 });
  });

  it('leaves out the day that is not over', async () => {
    const coin = await score([stage('case', 200), stage('reached', 200), stage('case', 199)]);
    expect(coin.reached).toMatchObject({ hits: 0, cases: 1 });
  });

  it('counts approaches that ended in a touch within a day', async () => {
    const at = (day: number) => ({ atMs: day * dayMs });
    const coin = await score([
      stage('approach', 1, at(190)),
      stage('touch', 1, at(190.5)),
      stage('approach', 2, at(192)),
      stage('touch', 2, { ...at(192.1), clusterId: 'other' }),
      stage('approach', 3, at(199.9)),
    ]);
    expect(coin.touched).toMatchObject({ hits: 1, cases: 2 });
  });

  it('proves nothing with fewer than thirty cases on either side', async () => {
    expect((await score(history(29, { cluster: 0, chance: 29 }))).verdict).toBe('unproven');
    expect((await score(history(30, { cluster: 0, chance: 30 }))).verdict).toBe('muted');
  });

  it('mutes a coin whose lower bound is under chance, and only then', async () => {
    expect((await score(history(60, { cluster: 54, chance: 30 }))).verdict).toBe('better');
    expect((await score(history(60, { cluster: 36, chance: 30 }))).verdict).toBe('muted');
  });

  it('is kept by coin, and forgets what is older than it looks', async () => {
    const old = stage('case', 100);
    const since = async (sinceMs: number) =>
      [old, stage('case', 195), stage('case', 195, { symbol: 'AAVE' })].filter(({ atMs }) => atMs >= sinceMs);
    const { coins, days } = await alertScore({ since }, nowMs, 30);
    expect(days).toBe(30);
    expect(coins.map(({ symbol, reached }) => [symbol, reached.cases])).toEqual([
      ['AAVE', 1],
      ['BTC', 1],
    ]);
  });
});
