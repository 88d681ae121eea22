import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Audience, type AudienceRule } from '../src/core/alerts/audience.ts';
import { nearLevels, touchLevels } from '../src/core/alerts/near-levels.ts';
import { type Trigger, TriggerIndex } from '../src/core/alerts/trigger-index.ts';
import { createRandom, type Random } from '../src/core/random.ts';
import { type BenchResult, measure, type Timing } from './measure.ts';

const coins = 300;
const subscriptions = 1_000_000;
const ownPerCoin = Math.ceil(subscriptions / coins);
const clustersPerCoin = 6;
const atrPct = 4;
const startUsd = 100;
const tickCount = 200_000;
/** A scan takes so long that fewer ticks must do. */
const scannedTicks = 60;

type Tick = { readonly coin: number; readonly priceUsd: number };
type Level = { readonly coin: number; readonly trigger: Trigger };

/**
 * A million subscriptions over 300 coins: as people set them, who mostly call the same few distances near and so share
 * triggers, and at the worst, each with a price of its own. The same ticks go through the index and through a scan.
 */
export async function benchAlerts(): Promise<BenchResult> {
  const ticks = ticksOf(createRandom(3), tickCount);
  const shared = sharedFindings(ticks);
  const empty = memoryMb();
  const beforeMs = performance.now();
  const indexes = indexesOf(ownLevels(createRandom(4)));
  const builtMs = performance.now() - beforeMs;
  const heldMb = memoryMb() - empty;
  const levels = [...ownLevels(createRandom(4))];
  const all = await measure(
    `scan of all, ${scannedTicks} ticks`,
    3,
    scanOf(levels, ticks.slice(0, scannedTicks), 'all'),
  );
  const own = await measure(
    `scan of the coin's own, ${scannedTicks} ticks`,
    5,
    scanOf(levels, ticks.slice(0, scannedTicks), 'own'),
  );
  const index = await measure(`index, ${tickCount} ticks`, 5, () => runIndex(indexes, ticks));
  const tickMs = index.cpuMedian / tickCount;
  const times = (scan: Timing) => `${(scan.cpuMedian / scannedTicks / tickMs).toFixed(0)}x`;
  return {
    timings: [index, all, own],
    findings: [
      ...shared,
      `1,000,000 prices of their own: built in ${builtMs.toFixed(0)} ms, ${heldMb.toFixed(0)} MB; ${(1 / tickMs / 1000).toFixed(2)} million ticks/s on one core`,
      `a scan of all against the index, CPU time a tick: ${times(all)} (target 100x); of the coin's own only: ${times(own)}`,
    ],
  };
}

/** Subscriptions as people set them: index and listeners, fired ones looked up. */
function sharedFindings(ticks: readonly Tick[]): string[] {
  const random = createRandom(5);
  const rules = commonRules();
  const ids = Array.from({ length: subscriptions }, (_, i) => `subscription-${i}`);
  const empty = memoryMb();
  const beforeMs = performance.now();
  const audiences = Array.from({ length: coins }, () => new Audience());
  for (const [i, id] of ids.entries()) audiences[i % coins]!.put(id, rules[random.integer(rules.length)]!);
  const indexes = audiences.map((audience) => sharedIndex(audience));
  const builtMs = performance.now() - beforeMs;
  const heldMb = memoryMb() - empty;
  const triggers = indexes.reduce((sum, { size }) => sum + size, 0);
  const startMs = performance.now();
  let [fired, told] = [0, 0];
  for (const { coin, priceUsd } of ticks) {
    for (const { trigger, what } of indexes[coin]!.tick(priceUsd)) {
      if (what !== 'fired') continue;
      fired++;
      const cluster = { id: trigger.group, side: trigger.side, usd: 1e8, shareOfOi: 0.05, rank: 1 };
      const [, nearness] = trigger.name.split(' ');
      for (const id of audiences[coin]!.of(cluster, 50, nearness)) told += id.length > 0 ? 1 : 0;
    }
  }
  const seconds = (performance.now() - startMs) / 1000;
  return [
    `1,000,000 subscriptions in ${rules.length} common settings: ${triggers} triggers, built in ${builtMs.toFixed(0)} ms, ${heldMb.toFixed(0)} MB; ${(ticks.length / seconds / 1e6).toFixed(2)} million ticks/s with ${fired} firings that told ${told} subscribers`,
  ];
}

function sharedIndex(audience: Audience): TriggerIndex {
  const index = new TriggerIndex();
  index.tick(startUsd);
  for (let i = 0; i < clustersPerCoin; i++) {
    const band = bandOf(i);
    const group = `c${i}`;
    index.replaceGroup(group, [
      ...[...audience.nearnesses].map(([name, nearness]) => ({
        ...{ name: `${group} ${name}`, group, side: band.side },
        ...nearLevels(band, nearness, atrPct),
      })),
      { name: `${group} touch`, group, side: band.side, ...touchLevels(band, atrPct) },
    ]);
  }
  return index;
}

function commonRules(): readonly AudienceRule[] {
  const sides = ['both', 'long', 'short'] as const;
  const distances = [
    {},
    { distancePct: 1 },
    { distancePct: 2 },
    { distancePct: 3 },
    { distanceAtr: 0.5 },
    { distanceAtr: 1 },
  ];
  const sizes = [{}, { minUsd: 1e7 }, { minUsd: 1e9 }];
  return sides.flatMap((side) =>
    distances.flatMap((near) => sizes.map((size) => ({ side, ...near, ...size }))),
  );
}

/** Long and short bands in turn, 3 %, 6 % and 9 % away. */
function bandOf(i: number): { readonly side: 'long' | 'short'; readonly low: number; readonly high: number } {
  const away = 3 * (1 + (i >> 1));
  return i % 2 === 0
    ? { side: 'long', low: startUsd - away - 1, high: startUsd - away }
    : { side: 'short', low: startUsd + away, high: startUsd + away + 1 };
}

function* ownLevels(random: Random): Generator<Level> {
  for (let i = 0; i < subscriptions; i++) {
    const side = random.uniform() < 0.5 ? 'long' : 'short';
    const away = 0.5 + random.exponential() * 5;
    const priceUsd = side === 'long' ? startUsd * (1 - away / 200) : startUsd * (1 + away / 100);
    const rearmUsd = side === 'long' ? priceUsd * 1.01 : priceUsd / 1.01;
    yield { coin: i % coins, trigger: { name: `s${i}`, group: `s${i}`, side, priceUsd, rearmUsd } };
  }
}

function indexesOf(levels: Iterable<Level>): TriggerIndex[] {
  const indexes = Array.from({ length: coins }, () => new TriggerIndex());
  for (const index of indexes) index.tick(startUsd);
  for (const { coin, trigger } of levels) indexes[coin]!.put(trigger);
  return indexes;
}

function runIndex(indexes: readonly TriggerIndex[], ticks: readonly Tick[]): number {
  let met = 0;
  for (const { coin, priceUsd } of ticks) met += indexes[coin]!.tick(priceUsd).length;
  return met;
}

/** Flat arrays, nothing allocated: as fast as a scan can be. */
function scanOf(levels: readonly Level[], ticks: readonly Tick[], whom: 'all' | 'own'): () => number {
  const ordered = levels.toSorted((a, b) => a.coin - b.coin);
  const coin = Uint16Array.from(ordered, (level) => level.coin);
  const sign = Int8Array.from(ordered, ({ trigger }) => (trigger.side === 'long' ? -1 : 1));
  const fires = Float64Array.from(ordered, ({ trigger }) => trigger.priceUsd);
  const rearms = Float64Array.from(ordered, ({ trigger }) => trigger.rearmUsd);
  const armed = new Uint8Array(ordered.length).fill(1);
  const firsts = Array.from({ length: coins }, (_, wanted) => coin.indexOf(wanted));
  const from = (wanted: number) => (whom === 'all' ? 0 : firsts[wanted]!);
  const to = (wanted: number) => (whom === 'all' ? coin.length : from(wanted) + ownPerCoin);
  return () => {
    let met = 0;
    for (const tick of ticks) {
      const end = Math.min(coin.length, to(tick.coin));
      for (let i = from(tick.coin); i < end; i++) {
        if (coin[i] !== tick.coin) continue;
        const beyond =
          armed[i] === 1 ? sign[i]! * (tick.priceUsd - fires[i]!) : sign[i]! * (rearms[i]! - tick.priceUsd);
        if (beyond < 0) continue;
        armed[i] = armed[i] === 1 ? 0 : 1;
        met++;
      }
    }
    return met;
  };
}

/** Each coin walks on its own, a few hundredths of a percent at a time. */
function ticksOf(random: Random, count: number): Tick[] {
  const prices = new Float64Array(coins).fill(startUsd);
  return Array.from({ length: count }, () => {
    const coin = random.integer(coins);
    prices[coin]! *= Math.exp(0.0005 * random.normal());
    return { coin, priceUsd: prices[coin]! };
  });
}

function memoryMb(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / 1e6;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
