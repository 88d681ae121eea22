import type { Side } from './market-data.ts';
import { createRandom } from './random.ts';

/** How uncertain weights are: standard deviation of the logarithm of what is opened, at `spreadLeverages`. */
export type Spread = Readonly<Record<Side, readonly number[]>>;

export type Uncertainty = {
  readonly spread: Spread;
  /**
   * Of a market's open interest, what one position holds that counts: positions are few and large, so that a
   * bin holds more or less than the weights say even where these are right.
   */
  readonly positionShare: number;
};

export const spreadLeverages = [0.7, 1.4, 3, 6, 12, 25];
export const ensembleSize = 32;

/** Leverage is put into bands half an octave wide, from 0.35x to 128x. */
const lowest = -3;
const highest = 14;
export const leverageBands = highest - lowest + 1;

export function leverageBand(leverage: number): number {
  return Math.min(highest, Math.max(lowest, Math.round(2 * Math.log2(leverage)))) - lowest;
}

/**
 * Multipliers on what stands at each band of leverage, member by member: `ensembleSize` x `leverageBands`
 * values a side. Log-normal, interpolated between `spreadLeverages`; every member has its mirror image, so that
 * their mean log is 0. Always the same for the same spread.
 */
export function ensembleMembers(spread: Spread): Readonly<Record<Side, Float64Array>> {
  return { long: membersOf(spread.long, 1), short: membersOf(spread.short, 2) };
}

function membersOf(deviations: readonly number[], stream: number): Float64Array {
  if (deviations.length !== spreadLeverages.length || !deviations.every((one) => one >= 0)) {
    throw new RangeError(`a spread needs ${spreadLeverages.length} deviations >= 0, not ${deviations}`);
  }
  const random = createRandom(32, stream);
  const members = new Float64Array(ensembleSize * leverageBands);
  for (let pair = 0; pair < ensembleSize; pair += 2) {
    const logs = deviations.map((deviation) => deviation * random.normal());
    for (let band = 0; band < leverageBands; band++) {
      const log = interpolated(logs, (band + lowest) / 2);
      members[pair * leverageBands + band] = Math.exp(log);
      members[(pair + 1) * leverageBands + band] = Math.exp(-log);
    }
  }
  return members;
}

/** Between the values at `spreadLeverages`, linear in the logarithm of leverage; beyond them as at the ends. */
function interpolated(values: readonly number[], logLeverage: number): number {
  const above = spreadLeverages.findIndex((leverage) => Math.log2(leverage) >= logLeverage);
  if (above === 0) return values[0]!;
  if (above < 0) return values.at(-1)!;
  const from = Math.log2(spreadLeverages[above - 1]!);
  const part = (logLeverage - from) / (Math.log2(spreadLeverages[above]!) - from);
  return (1 - part) * values[above - 1]! + part * values[above]!;
}
