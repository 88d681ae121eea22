import { type Role, roles } from '../../../src/config.ts';
import { uniformAt } from '../exchange/noise.ts';
import { until } from '../jobs/process.ts';
import { openBench } from './bench.ts';
import { type Recoveries, recoveredMs } from './recoveries.ts';
import { brokenBy, type Tally } from './tally.ts';

export type KillRounds = {
  readonly rounds: number;
  readonly seed: number;
  /** Between two kills, milliseconds: drawn from this range. */
  readonly between?: { readonly fromMs: number; readonly toMs: number };
  /** How long to wait in the end for a collector that says what it has heard all of. */
  readonly hearMs?: number;
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

const startedMs = 120_000;
/** Of the kills, those that may meet a process that is only just starting. */
const hardShare = 0.2;

/**
 * Runs the service with a process for each role, gives it work without a pause, and kills a process at random, round
 * after round; starts it again, and counts in the end.
 */
export async function killRounds(options: KillRounds): Promise<KillReport> {
  const { rounds, seed, between = { fromMs: 2_000, toMs: 8_000 }, hearMs = 0, tell } = options;
  const startMs = performance.now();
  const bench = await openBench({ tell, hearMs });
  const { fleet, records, works, recoveries } = bench;
  try {
    await Promise.all(roles.map((role) => fleet.start(role).line('started', startedMs)));
    await until(() => records.areHeld(), startedMs, 'candles that could be lost');
    const kills = new Map<Role, number>(roles.map((role) => [role, 0]));
    for (let round = 0; round < rounds; round += 1) {
      for (const work of works) work.round(round);
      const waitMs = between.fromMs + (between.toMs - between.fromMs) * uniformAt(seed, 2 * round);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      const role = await victim(recoveries, [uniformAt(seed, 2 * round + 1), uniformAt(seed + 1, round)]);
      await fleet.with(role).end('SIGKILL');
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
    await bench.close();
  }
}

/** Any role, but one that is not back yet only now and then: on a slow machine nothing would ever be. */
async function victim(recoveries: Recoveries, [place, mercy]: readonly [number, number]): Promise<Role> {
  const isFit = (role: Role) => !recoveries.isAwaited(role);
  const isHard = mercy < hardShare;
  if (!isHard) await until(() => roles.some(isFit), startedMs, 'a role that is back');
  const choice = isHard ? roles : roles.filter(isFit);
  return choice[Math.floor(choice.length * place)]!;
}
