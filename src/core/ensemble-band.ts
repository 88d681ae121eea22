/** Between which USD an amount lies with a chance of 80 %: one in ten is below, one in ten above. */
export type UsdBand = { readonly low: number; readonly high: number };

export type UsdBands = { readonly low: Float64Array; readonly high: Float64Array };

const tail = 0.1;
/** Shapes of gamma distributions for which quantiles are tabled, by the logarithm to base 2. */
const shapeFrom = -8;
const shapeTo = 10;
const perOctave = 4;

/**
 * The 10-90 % band of an amount made of positions of about one size, of which nobody knows how many there are:
 * gamma distributed with this mean, and with the variance that the weights leave (deviation^2) plus that of
 * counting positions (mean x position size). Where no position at all is likelier than one in ten the band begins
 * at zero. The mean itself is always inside.
 *
 * @param amount all in USD, >= 0
 */
export function usdBand(amount: {
  readonly mean: number;
  readonly deviation: number;
  readonly positionUsd: number;
}): UsdBand {
  const { mean, deviation, positionUsd } = amount;
  if (!(mean > 0)) return { low: 0, high: 0 };
  const variance = deviation * deviation + mean * positionUsd;
  if (variance === 0) return { low: mean, high: mean };
  const place = (Math.log2((mean * mean) / variance) - shapeFrom) * perOctave;
  const isEmptyLikely = positionUsd > 0 && Math.exp(-mean / positionUsd) > tail;
  return {
    low: isEmptyLikely ? 0 : Math.min(mean, mean * tabled(quantiles.low, place)),
    high: Math.max(mean, mean * tabled(quantiles.high, place)),
  };
}

/** The band of every bin. */
export function usdBands(usd: Float64Array, deviations: Float64Array, positionUsd: number): UsdBands {
  const low = new Float64Array(usd.length);
  const high = new Float64Array(usd.length);
  for (const [i, mean] of usd.entries()) {
    const band = usdBand({ mean, deviation: deviations[i]!, positionUsd });
    low[i] = band.low;
    high[i] = band.high;
  }
  return { low, high };
}

/** Quantiles over the mean, by shape. */
const quantiles = {
  low: tableOf(tail),
  high: tableOf(1 - tail),
};

function tableOf(chance: number): Float64Array {
  return Float64Array.from({ length: (shapeTo - shapeFrom) * perOctave + 1 }, (_, i) => {
    const shape = 2 ** (shapeFrom + i / perOctave);
    return gammaQuantile(shape, chance) / shape;
  });
}

function tabled(table: Float64Array, place: number): number {
  const at = Math.min(table.length - 1, Math.max(0, place));
  const below = Math.min(table.length - 2, Math.floor(at));
  return table[below]! + (at - below) * (table[below + 1]! - table[below]!);
}

/** Of a gamma distribution of scale 1, by bisection of the logarithm. */
function gammaQuantile(shape: number, chance: number): number {
  let low = -80;
  let high = Math.log(shape + 20 + 10 * Math.sqrt(shape));
  for (let i = 0; i < 45; i++) {
    const middle = (low + high) / 2;
    if (lowerGamma(shape, Math.exp(middle)) < chance) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}

/** Regularised lower incomplete gamma function by its series (Abramowitz & Stegun 6.5.29). */
function lowerGamma(shape: number, x: number): number {
  let term = 1 / shape;
  let sum = term;
  for (let n = 1; term > sum * 1e-12 && n < 100_000; n++) {
    term *= x / (shape + n);
    sum += term;
  }
  return Math.exp(Math.log(sum) + shape * Math.log(x) - x - logGamma(shape));
}

/** Stirling's series, from 8 upwards by the recursion of the gamma function. */
function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  for (; z < 8; z++) shift += Math.log(z);
  const inverse = 1 / (z * z);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse / 1680))) / z;
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - shift;
}
