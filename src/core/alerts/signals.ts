/** A value that is either side of 0, or near it. */
export type Sign = -1 | 0 | 1;

/** So much must one side outweigh the other, as a part of both, before the outweighing side has changed. */
const flipBand = 0.1;
const growthFactor = 1.5;
/** And by so much of open interest: twice of little is little. */
const growthShare = 0.01;
const burstFactor = 10;
/** USD in a minute under which nothing is a burst. */
const leastBurstUsd = 100_000;

/** (long - short) / (long + short) of what would be liquidated; undefined where nothing would. */
export function imbalance(longUsd: number, shortUsd: number): number | undefined {
  const total = longUsd + shortUsd;
  return total > 0 ? (longUsd - shortUsd) / total : undefined;
}

/** The side that outweighs after a new value: it changes only once the other is ahead by a tenth. */
export function outweighing(before: Sign, value: number): Sign {
  if (value >= flipBand) return 1;
  return value <= -flipBand ? -1 : before;
}

/** Whether a cluster has grown fast: by half of what it was and 1 % of open interest. */
export function hasGrown(
  before: { readonly usd: number },
  now: { readonly usd: number; readonly shareOfOi: number },
): boolean {
  const grownShare = now.usd > 0 ? (1 - before.usd / now.usd) * now.shareOfOi : 0;
  return now.usd >= growthFactor * before.usd && grownShare >= growthShare;
}

/** Whether what was liquidated in a minute is many times the normal. @param normalUsd mean of a minute of the day before */
export function isBurst(minuteUsd: number, normalUsd: number): boolean {
  return minuteUsd >= Math.max(leastBurstUsd, burstFactor * normalUsd);
}
