import { fileURLToPath } from 'node:url';
import { type CascadeCheck, checkCascades } from '../src/cascade-check.ts';
import { cascade, type Stress } from '../src/core/cascade.ts';
import { depthOf, type VenueBook } from '../src/core/depth.ts';
import { distanceEdges, sumTo } from '../src/core/distance-curve.ts';
import { createRandom } from '../src/core/random.ts';
import { wideWeights } from '../src/core/weights.ts';
import { machine, measure, type Timing, table } from './measure.ts';

const levels = 1000;
const markets = 8;

/** Walking a cascade, and merging the order books that it walks through. */
export async function benchCascade(): Promise<{ timings: Timing[]; findings: string[] }> {
  const books = madeUpBooks();
  const depth = depthOf(books)!;
  const stress: Stress = {
    depth,
    fuel: { longUsd: madeUpFuel(depth.bidUsd), shortUsd: madeUpFuel(depth.askUsd) },
  };
  const walk = await measure('a cascade, both directions', 200, () => [
    cascade(stress, -0.03),
    cascade(stress, 0.03),
  ]);
  const merge = await measure(`${markets} order books of ${levels} levels a side to one depth`, 50, () =>
    depthOf(books),
  );
  return {
    timings: [walk, merge],
    findings: [
      `${walk.name}: ${walk.median.toFixed(3)} ms in the median (target 5 ms); with merging the books ${(walk.median + merge.median).toFixed(2)} ms`,
      `a walk takes 1/${(merge.median / walk.median).toFixed(0)} of what merging the books does`,
    ],
  };
}

function madeUpBooks(): VenueBook[] {
  const random = createRandom(5);
  return Array.from({ length: markets }, (_, i): VenueBook => {
    const markUsd = 3000 * (1 + 0.001 * random.normal());
    const side = (sign: 1 | -1) =>
      Array.from({ length: levels }, (_, level): [number, number] => [
        markUsd * (1 + (sign * (level + 1) * 0.02) / levels),
        random.exponential() * 10,
      ]);
    const book = { timeMs: 0, bids: side(-1), asks: side(1) };
    return { venue: `venue-${i}`, contract: 'linear', markUsd, openInterestUsd: 1e9, book };
  });
}

/** Nearly as much as the book holds, so that the walk is long. */
function madeUpFuel(depthUsd: Float64Array): Float64Array {
  return distanceEdges.map((distance) => 0.8 * sumTo(depthUsd, distance));
}

/** Fixed before the first look: fifty seeds, one coin, shocks down and up, a month of history. */
const checked = { coin: 'ETH', shocks: [-0.03, 0.03], days: 30, firstSeed: 101, seeds: 50 } as const;

/** Where simulated markets stop after a shock, against where they were expected to. */
async function checkAll(): Promise<void> {
  const checks: CascadeCheck[] = [];
  for (let i = 0; i < checked.seeds; i++) {
    const seed = checked.firstSeed + i;
    checks.push(...(await checkCascades({ ...checked, seed, weights: wideWeights })));
    process.stderr.write(`seed ${seed}\r`);
  }
  const deep = checks.filter(({ truth, shock }) => Math.abs(truth) >= Math.abs(shock) + 0.01);
  console.log(
    '| error of the stopping price, % of price | n | median | 90th percentile | largest | bias, median |',
  );
  console.log('|---|---:|---:|---:|---:|---:|');
  for (const [name, some] of [
    ['all', checks],
    ['that run 1 % beyond the shock', deep],
  ] as const) {
    row(`true map, ${name}`, some, ({ fromTrueMap }) => fromTrueMap);
    row(`our map, ${name}`, some, ({ fromEstimate }) => fromEstimate);
    row(`no cascade at all, ${name}`, some, ({ shock }) => shock);
  }
}

function row(name: string, checks: readonly CascadeCheck[], stopOf: (check: CascadeCheck) => number): void {
  const beyond = checks.map((check) => (Math.abs(stopOf(check)) - Math.abs(check.truth)) * 100);
  const errors = beyond.map(Math.abs).sort((a, b) => a - b);
  const at = (part: number) =>
    errors[Math.min(errors.length - 1, Math.floor(part * errors.length))]!.toFixed(2);
  const bias = beyond.toSorted((a, b) => a - b)[Math.floor(beyond.length / 2)]!;
  console.log(`| ${name} | ${errors.length} | ${at(0.5)} | ${at(0.9)} | ${at(1)} | ${bias.toFixed(2)} |`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(`${machine()}\n`);
  const { timings, findings } = await benchCascade();
  console.log(`${table(timings)}\n\n${findings.map((finding) => `- ${finding}`).join('\n')}\n`);
  await checkAll();
}
