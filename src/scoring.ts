import type { Side } from './core/market-data.ts';
import type { LevelValue } from './core/score/distances.ts';
import { distanceOf, levelsByDistance, mapByDistance } from './core/score/distances.ts';
import { Ladder } from './core/score/ladder.ts';
import type { Measures } from './core/score/measures.ts';
import { measure, scoreBins } from './core/score/measures.ts';
import { UserError } from './errors.ts';
import type { ReplayInput } from './replay.ts';
import { Replay } from './replay.ts';

/** A real position; without a liquidation price it can never be liquidated by this coin's price alone. */
export type RealPosition = {
  readonly timeMs: number;
  readonly side: Side;
  readonly size: number;
  readonly valueUsd: number;
  readonly liquidationPrice?: number;
};

export const scoredModels = ['flat', 'mean distance profile', '10/25/50/100x ladder', 'our book'] as const;
export type ScoredModel = (typeof scoredModels)[number];

/** Fewest positions within the range for a side of a snapshot to count. */
const fewestPositions = 5;
const near = [0.05, 0.1, 0.3] as const;

export type ScoreRow = {
  readonly coin: string;
  readonly side: Side | 'both';
  readonly model: ScoredModel;
  /** Sides of snapshots that were scored, and positions within the range in them. */
  readonly snapshots: number;
  readonly positions: number;
  /** Means over the snapshots; undefined where no snapshot had enough positions. */
  readonly measures: Measures | undefined;
};

/** Share of one side's value within 5, 10 and 30 % of mark, and never liquidated; beside the real share. */
export type ShareRow = {
  readonly coin: string;
  readonly side: Side;
  readonly within: readonly {
    readonly distance: number;
    readonly predicted: number;
    readonly real: number;
  }[];
  readonly never: { readonly predicted: number; readonly real: number };
};

export type Scores = {
  readonly rows: readonly ScoreRow[];
  readonly shares: readonly ShareRow[];
  /** Of the snapshots that were scored, ascending. */
  readonly times: readonly number[];
};

type Case = {
  readonly side: Side;
  readonly positions: number;
  readonly real: Float64Array;
  readonly predicted: ReadonlyMap<ScoredModel, Float64Array>;
  readonly shares: Omit<ShareRow, 'coin'>;
};

/**
 * Scores a coin's map against real positions. The earlier half of the snapshots only trains the mean distance
 * profile; every model is scored on the later half, with nothing but what was known at each snapshot.
 */
export function score(input: ReplayInput, positions: readonly RealPosition[]): Scores {
  const times = [...new Set(positions.map((position) => position.timeMs))].sort((a, b) => a - b);
  if (times.length < 2)
    throw new UserError(`Scoring ${input.coin} needs two snapshots of positions or more.`);
  const scoredFrom = times[Math.floor(times.length / 2)]!;
  const at = (timeMs: number) => positions.filter((position) => position.timeMs === timeMs);
  const profile = meanProfile(times.filter((timeMs) => timeMs < scoredFrom).map(at));
  const replay = new Replay(input);
  const ladder = new Ladder({ ...input, candleMs: replay.candleMs });
  const scored = times.filter((timeMs) => timeMs >= scoredFrom);
  const cases = scored.flatMap((timeMs) =>
    casesAt(timeMs, { replay, ladder, profile, positions: at(timeMs) }),
  );
  return {
    rows: scoredModels.flatMap((model) =>
      (['long', 'short', 'both'] as const).map((side) => scoreRow(input.coin, side, model, cases)),
    ),
    shares: (['long', 'short'] as const).flatMap((side) => shareRow(input.coin, side, cases)),
    times: scored,
  };
}

type Sides<T> = Readonly<Record<Side, T>>;

function casesAt(
  timeMs: number,
  given: {
    readonly replay: Replay;
    readonly ladder: Ladder;
    readonly profile: Sides<Float64Array>;
    readonly positions: readonly RealPosition[];
  },
): Case[] {
  const frame = given.replay.at(timeMs);
  const steps = given.ladder.at(timeMs);
  if ('reason' in frame) return [];
  const mark = markOf(given.positions);
  return (['long', 'short'] as const).map((side) => {
    const own = given.positions.filter((position) => position.side === side);
    const real = levelsByDistance(liquidatable(own), side, mark);
    const book = mapByDistance(frame.map, side, mark);
    return {
      side,
      positions: own.filter((position) => isNear(position, side, mark)).length,
      real,
      predicted: new Map<ScoredModel, Float64Array>([
        ['flat', new Float64Array(scoreBins).fill(1)],
        ['mean distance profile', given.profile[side]],
        ['10/25/50/100x ladder', levelsByDistance(steps[side], side, mark)],
        ['our book', book],
      ]),
      shares: sharesOf(side, {
        real,
        book,
        own,
        openInterestUsd: frame.map.openInterestUsd,
        never: frame.map.neverLiquidated,
      }),
    };
  });
}

function liquidatable(positions: readonly RealPosition[]): LevelValue[] {
  return positions.flatMap(({ liquidationPrice, valueUsd }) =>
    liquidationPrice === undefined ? [] : [{ price: liquidationPrice, value: valueUsd }],
  );
}

/** The venue's own mark: the median of value over size. */
function markOf(positions: readonly RealPosition[]): number {
  const marks = positions.map(({ valueUsd, size }) => valueUsd / size).sort((a, b) => a - b);
  return marks[Math.floor(marks.length / 2)]!;
}

function isNear(position: RealPosition, side: Side, mark: number): boolean {
  if (position.liquidationPrice === undefined) return false;
  const distance = distanceOf(side, position.liquidationPrice, mark);
  return distance >= 0 && distance < 0.3;
}

function meanProfile(snapshots: readonly (readonly RealPosition[])[]): Sides<Float64Array> {
  const mean = (side: Side) => {
    const sum = new Float64Array(scoreBins);
    for (const positions of snapshots) {
      const own = positions.filter((position) => position.side === side);
      const bins = levelsByDistance(liquidatable(own), side, markOf(positions));
      const all = total(bins);
      for (let i = 0; all > 0 && i < scoreBins; i++) sum[i]! += bins[i]! / all;
    }
    return sum;
  };
  return { long: mean('long'), short: mean('short') };
}

function sharesOf(
  side: Side,
  given: {
    readonly real: Float64Array;
    readonly book: Float64Array;
    readonly own: readonly RealPosition[];
    readonly openInterestUsd: number;
    readonly never: { readonly longUsd: number; readonly shortUsd: number };
  },
): Omit<ShareRow, 'coin'> {
  const realAll = given.own.reduce((sum, { valueUsd }) => sum + valueUsd, 0);
  const realNever = given.own
    .filter(({ liquidationPrice }) => liquidationPrice === undefined)
    .reduce((sum, { valueUsd }) => sum + valueUsd, 0);
  const never = side === 'long' ? given.never.longUsd : given.never.shortUsd;
  return {
    side,
    within: near.map((distance) => {
      const bins = Math.round((distance / 0.3) * scoreBins);
      return {
        distance,
        predicted: total(given.book.subarray(0, bins)) / given.openInterestUsd,
        real: total(given.real.subarray(0, bins)) / realAll,
      };
    }),
    never: { predicted: never / given.openInterestUsd, real: realNever / realAll },
  };
}

function scoreRow(coin: string, side: Side | 'both', model: ScoredModel, cases: readonly Case[]): ScoreRow {
  const counted = cases.filter(
    (one) => (side === 'both' || one.side === side) && one.positions >= fewestPositions,
  );
  const measured = counted.flatMap((one) => measure(one.predicted.get(model)!, one.real) ?? []);
  return {
    coin,
    side,
    model,
    snapshots: measured.length,
    positions: counted.reduce((sum, one) => sum + one.positions, 0),
    measures:
      measured.length === 0
        ? undefined
        : {
            p10: mean(measured.map((one) => one.p10)),
            emdPct: mean(measured.map((one) => one.emdPct)),
            logGain: mean(measured.map((one) => one.logGain)),
          },
  };
}

function shareRow(coin: string, side: Side, cases: readonly Case[]): ShareRow[] {
  const own = cases.filter((one) => one.side === side).map((one) => one.shares);
  if (own.length === 0) return [];
  return [
    {
      coin,
      side,
      within: near.map((distance, i) => ({
        distance,
        predicted: mean(own.map((one) => one.within[i]!.predicted)),
        real: mean(own.map((one) => one.within[i]!.real)),
      })),
      never: {
        predicted: mean(own.map((one) => one.never.predicted)),
        real: mean(own.map((one) => one.never.real)),
      },
    },
  ];
}

function total(bins: Float64Array): number {
  return bins.reduce((sum, value) => sum + value, 0);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
