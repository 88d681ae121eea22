import { z } from 'zod';
import { dayMs, minuteMs } from '../core/durations.ts';
import type { Observation } from '../core/observed.ts';
import { isLowerBound } from '../core/observed.ts';
import type { Market } from '../market/source.ts';
import { type LiquidationFeeds, observe } from '../observed-liquidations.ts';
import type { ClusterStage, ReceiptMinutes } from '../store/cluster-stages.ts';

/** What became of a level after price had reached it. */
export const receiptSchema = z.object({
  atMs: z.number(),
  /** Price at the end of the time, and its range until then. */
  priceUsd: z.number(),
  lowestUsd: z.number(),
  highestUsd: z.number(),
  /** What feeds showed in the band and of its side; absent where no feed showed anything of the coin. */
  observed: z
    .object({
      usd: z.number(),
      /** There was more than what was seen. */
      isLowerBound: z.boolean(),
      /** The strongest minute in the band, and the mean minute of that side, anywhere, in the day before. */
      strongestMinuteUsd: z.number(),
      normalMinuteUsd: z.number(),
    })
    .exactOptional(),
});
export type AlertReceipt = z.output<typeof receiptSchema>;
export type TouchStage = ClusterStage<AlertReceipt>;

/** A fill or a bankruptcy price may lie so far outside of the band: liquidations slip. */
const slippage = 0.005;

/** Whether liquidations at a level exceeded a normal minute; undefined where nothing was observed. */
export function exceededNormal({ observed }: AlertReceipt): boolean | undefined {
  return observed && observed.strongestMinuteUsd > observed.normalMinuteUsd;
}

/**
 * The receipt of a touch, some minutes after it.
 * @param price now; the range is what the stage was followed through
 */
export async function takeReceipt(
  stage: TouchStage,
  asked: {
    readonly minutes: ReceiptMinutes;
    readonly priceUsd: number;
    readonly feeds: LiquidationFeeds;
    readonly markets: readonly Market[];
  },
): Promise<AlertReceipt> {
  const { minutes, priceUsd, feeds, markets } = asked;
  const toMs = stage.atMs + minutes * minuteMs;
  const coin = { base: stage.symbol, markets };
  const [after, before] = await Promise.all([
    // What moved the price into the band may be told a moment before the price itself.
    observe(feeds, coin, { fromMs: stage.atMs - minuteMs, toMs }),
    observe(feeds, coin, { fromMs: stage.atMs - minuteMs - dayMs, toMs: stage.atMs - minuteMs }),
  ]);
  const range = { priceUsd, lowestUsd: stage.lowestUsd, highestUsd: stage.highestUsd };
  if (after.watches.length === 0) return { atMs: toMs, ...range };
  return { atMs: toMs, ...range, observed: observedIn(stage, after, before) };
}

function observedIn({ side, low, high }: TouchStage, after: Observation, before: Observation) {
  const inBand = after.liquidations.filter(
    ({ liquidatedSide, price }) =>
      liquidatedSide === side && price >= low * (1 - slippage) && price <= high * (1 + slippage),
  );
  const minutes = new Map<number, number>();
  for (const { timeMs, usd } of inBand) {
    const minute = Math.floor(timeMs / minuteMs);
    minutes.set(minute, (minutes.get(minute) ?? 0) + usd);
  }
  return {
    usd: inBand.reduce((sum, { usd }) => sum + usd, 0),
    isLowerBound: isLowerBound(after),
    strongestMinuteUsd: Math.max(0, ...minutes.values()),
    normalMinuteUsd: normalMinuteUsd(before, side),
  };
}

/** Of one side or both, over the time that was watched. */
export function normalMinuteUsd(
  { liquidations, fromMs, toMs, watches }: Observation,
  side?: 'long' | 'short',
): number {
  const watchedMs =
    watches.length === 0
      ? toMs - fromMs
      : Math.max(...watches.map((watch) => watch.watchedMs ?? toMs - fromMs));
  if (watchedMs < minuteMs) return 0;
  const usd = liquidations.reduce(
    (sum, one) => (side === undefined || one.liquidatedSide === side ? sum + one.usd : sum),
    0,
  );
  return usd / (watchedMs / minuteMs);
}
