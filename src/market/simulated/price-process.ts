import type { Random } from '../../core/random.ts';

const minutesPerDay = 1440;

/** Volatility moves on two clocks; the numbers are half-lives in minutes and deviations of its logarithm. */
const slowVolatility = { halfLife: 2 * minutesPerDay, deviation: 0.35 };
const fastVolatility = { halfLife: 120, deviation: 0.4 };

/** Share of a coin's variance that all coins have in common. */
const commonVariance = 0.75;

/** Jumps a day, their deviation in daily volatilities, and what one adds to the fast log volatility. */
const jumps = { perDay: 0.8, deviation: 0.5, excitement: 0.7 };

/**
 * Brings the daily deviation of news to 0.9 of the coin's own; forced orders add the rest. Jumps and clusters
 * add variance too, hence the small factor. Measured over 60 seeds of 30 days.
 */
const calibration = 0.52;

/**
 * What news does to prices, orders aside: log moves of all coins, correlated, with volatility clusters and
 * jumps. Draws the same count of random numbers a minute whatever happens in the markets, so that two
 * worlds of one seed share their news.
 */
export class PriceProcess {
  /** Log moves of the last `next`, by coin. */
  readonly moves: Float64Array;
  /** Volatility now relative to its typical value. */
  agitation = 1;

  private readonly random: Random;
  private readonly dailyVolatilities: readonly number[];
  private readonly moveScale: number;
  private readonly stepsPerMinute: number;
  private readonly jumpMoves: Float64Array;
  private slow = 0;
  private fast = 0;

  constructor(random: Random, dailyVolatilities: readonly number[], stepsPerMinute: number) {
    this.random = random;
    this.dailyVolatilities = dailyVolatilities;
    this.stepsPerMinute = stepsPerMinute;
    this.moveScale = calibration / Math.sqrt(minutesPerDay * stepsPerMinute);
    this.moves = new Float64Array(dailyVolatilities.length);
    this.jumpMoves = new Float64Array(dailyVolatilities.length);
  }

  /** To be called once before the steps of a minute. */
  startMinute(): void {
    const { random, dailyVolatilities, jumpMoves } = this;
    this.slow = revert(this.slow, slowVolatility, random.normal());
    this.fast = revert(this.fast, fastVolatility, random.normal());
    const jumped = random.uniform() < jumps.perDay / minutesPerDay;
    const common = random.normal();
    if (jumped) this.fast += jumps.excitement;
    for (let coin = 0; coin < jumpMoves.length; coin++) {
      const move = mix(common, random.normal()) * jumps.deviation * dailyVolatilities[coin]!;
      jumpMoves[coin] = jumped ? move / this.stepsPerMinute : 0;
    }
    this.agitation = Math.exp(this.slow + this.fast);
  }

  /** Sets `moves` for one step. A jump is spread evenly over the steps of its minute. */
  next(): void {
    const { random, moves, jumpMoves, dailyVolatilities } = this;
    const common = random.normal();
    const scale = this.moveScale * this.agitation;
    for (let coin = 0; coin < moves.length; coin++) {
      moves[coin] = mix(common, random.normal()) * scale * dailyVolatilities[coin]! + jumpMoves[coin]!;
    }
  }
}

function mix(common: number, own: number): number {
  return Math.sqrt(commonVariance) * common + Math.sqrt(1 - commonVariance) * own;
}

/** One minute of an Ornstein-Uhlenbeck process around 0. */
function revert(
  value: number,
  { halfLife, deviation }: { readonly halfLife: number; readonly deviation: number },
  normal: number,
): number {
  const keep = 0.5 ** (1 / halfLife);
  return value * keep + deviation * Math.sqrt(1 - keep * keep) * normal;
}
