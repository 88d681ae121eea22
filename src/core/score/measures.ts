/**
 * How well a predicted distribution of liquidation levels fits real positions (docs/model.md): both are over the
 * same equal bins of distance from the mark price, each normalised to 1.
 */

/** Bins of one side: 60 over the distances 0 .. 30 % of mark. */
export const scoreBins = 60;
export const scoreRange = 0.3;

const topShare = 0.1;
const flatPart = 0.1;

export type Measures = {
  /** Share of real value in the tenth of the bins that is predicted highest; 0.1 by chance. */
  readonly p10: number;
  /** Earth mover's distance, in % of price. */
  readonly emdPct: number;
  /** Mean log-likelihood gain over a flat line, in nats, of the prediction mixed with a tenth of flat. */
  readonly logGain: number;
};

/**
 * @param predicted, real: `scoreBins` values >= 0 by distance. A prediction without any mass counts as flat.
 * @returns undefined where nothing real lies in the range
 */
export function measure(predicted: Float64Array, real: Float64Array): Measures | undefined {
  const truth = normalised(real);
  if (!truth) return undefined;
  const guess = normalised(predicted) ?? new Float64Array(scoreBins).fill(1 / scoreBins);
  return { p10: shareInTop(guess, truth), emdPct: earthMover(guess, truth), logGain: logGain(guess, truth) };
}

/**
 * The log-likelihood gain alone, over any number of equal bins.
 * @returns undefined where nothing is real
 */
export function logGainOver(predicted: Float64Array, real: Float64Array): number | undefined {
  const truth = normalised(real);
  if (!truth) return undefined;
  return logGain(normalised(predicted) ?? truth.map(() => 1 / truth.length), truth);
}

/** Bins that tie for the last places share them, so that a flat prediction scores exactly chance. */
function shareInTop(guess: Float64Array, truth: Float64Array): number {
  const places = Math.round(scoreBins * topShare);
  const cut = [...guess].sort((a, b) => b - a)[places - 1]!;
  let above = 0;
  let hits = 0;
  let ties = 0;
  let tiedHits = 0;
  for (const [i, value] of guess.entries()) {
    if (value > cut) {
      above++;
      hits += truth[i]!;
    } else if (value === cut) {
      ties++;
      tiedHits += truth[i]!;
    }
  }
  return hits + (tiedHits * (places - above)) / ties;
}

function earthMover(guess: Float64Array, truth: Float64Array): number {
  let carried = 0;
  let work = 0;
  for (let i = 0; i < scoreBins; i++) {
    carried += guess[i]! - truth[i]!;
    work += Math.abs(carried);
  }
  return (work * scoreRange * 100) / scoreBins;
}

function logGain(guess: Float64Array, truth: Float64Array): number {
  let gain = 0;
  for (let i = 0; i < truth.length; i++) {
    const mixed = (1 - flatPart) * guess[i]! * guess.length + flatPart;
    gain += truth[i]! * Math.log(mixed);
  }
  return gain;
}

function normalised(bins: Float64Array): Float64Array | undefined {
  const sum = bins.reduce((all, one) => all + one, 0);
  return sum > 0 ? bins.map((value) => value / sum) : undefined;
}
