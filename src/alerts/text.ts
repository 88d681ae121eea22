import { duration, leverage, price, share, usd } from '../../renderers/numbers.ts';
import type { Provenance, Side } from '../core/market-data.ts';
import type { ReceiptMinutes } from '../store/cluster-stages.ts';
import { type AlertReceipt, exceededNormal } from './receipt.ts';

/** A cluster in the words of an alert. */
export type SpokenCluster = {
  readonly side: Side;
  readonly low: number;
  readonly high: number;
  readonly peak: number;
  readonly usd: number;
  readonly shareOfOi: number;
  readonly leverage: number;
};

/** What every alert says of its coin. */
export type AlertMoment = {
  readonly symbol: string;
  readonly atMs: number;
  readonly priceUsd: number;
  /** Of the map. */
  readonly mapMs: number;
  readonly provenance: Provenance;
};

/** Why a cluster counts as large. */
export type SizeReason = { readonly percentile?: number };

const plural: Record<Side, string> = { long: 'longs', short: 'shorts' };

/** Price has come near. */
export function approachText(
  moment: AlertMoment,
  cluster: SpokenCluster,
  why: SizeReason & { readonly distance: number; readonly distanceAtr?: number; readonly nearness: string },
): string {
  const { symbol } = moment;
  return lines(
    `${symbol} is close to ${usd(cluster.usd)} of ${plural[cluster.side]} that would be liquidated`,
    `Now $${price(moment.priceUsd)}. Band ${band(cluster)}, ${away(why)} ${below(cluster.side)}, mostly ${leverage(cluster.leverage)}`,
    `Why: within ${why.nearness}; ${large(symbol, cluster, why)}`,
    stamp(moment),
  );
}

/** Price is there. @param why with the time since the alert that this one answers */
export function touchText(
  moment: AlertMoment,
  cluster: SpokenCluster,
  why: SizeReason & { readonly sinceMs?: number },
): string {
  const { symbol, priceUsd } = moment;
  const after = why.sinceMs === undefined ? '' : `, ${duration(why.sinceMs)} after the first alert`;
  return lines(
    `${symbol} has reached ${usd(cluster.usd)} of ${plural[cluster.side]} that would be liquidated`,
    `At $${price(priceUsd)}${after}. Band ${band(cluster)}, mostly ${leverage(cluster.leverage)}`,
    `Why: price is in the band; ${large(symbol, cluster, why)}`,
    announcement,
    stamp(moment),
  );
}

/** The text of a touch with what came of it in the place of what it announced. */
export function receiptText(
  touch: string,
  cluster: SpokenCluster,
  receipts: readonly { readonly minutes: ReceiptMinutes; readonly receipt: AlertReceipt }[],
): string {
  const told = receipts.map(({ minutes, receipt }) => receiptLine(minutes, receipt, cluster));
  return lines(...touch.split('\n').flatMap((line) => (line === announcement ? told : [line])));
}

/** A cluster has grown fast. */
export function builtText(
  moment: AlertMoment,
  cluster: SpokenCluster,
  why: { readonly beforeUsd: number; readonly overMs: number; readonly distance: number },
): string {
  return lines(
    `${moment.symbol}: a cluster of ${plural[cluster.side]} has grown to ${usd(cluster.usd)}`,
    `Band ${band(cluster)}, ${away(why)} ${below(cluster.side)} $${price(moment.priceUsd)}, mostly ${leverage(cluster.leverage)}`,
    `Why: it was ${usd(why.beforeUsd)} ${duration(why.overMs)} ago; now ${share(cluster.shareOfOi)} of open interest`,
    stamp(moment),
  );
}

/** A cluster is gone that price did not reach. */
export function dissolvedText(moment: AlertMoment, cluster: SpokenCluster): string {
  return lines(
    `${moment.symbol}: the cluster of ${usd(cluster.usd)} of ${plural[cluster.side]} at ${band(cluster)} is gone`,
    `Now $${price(moment.priceUsd)}; price did not reach it`,
    'Why: its positions were closed or moved before they could be liquidated',
    stamp(moment),
  );
}

/** The other side has become the heavier one. */
export function flipText(
  moment: AlertMoment,
  why: { readonly longUsd: number; readonly shortUsd: number },
): string {
  const heavier: Side = why.longUsd > why.shortUsd ? 'long' : 'short';
  return lines(
    `${moment.symbol}: more ${plural[heavier]} than ${plural[heavier === 'long' ? 'short' : 'long']} are now at risk nearby`,
    `Within 10 % of $${price(moment.priceUsd)}: ${usd(why.longUsd)} of longs below, ${usd(why.shortUsd)} of shorts above`,
    'Why: the heavier side has changed, by more than a tenth',
    stamp(moment),
  );
}

/** Many times the normal is liquidated. */
export function burstText(
  moment: AlertMoment,
  why: {
    readonly longUsd: number;
    readonly shortUsd: number;
    readonly normalUsd: number;
    readonly isLowerBound: boolean;
  },
): string {
  const total = why.longUsd + why.shortUsd;
  const side: Side = why.longUsd >= why.shortUsd ? 'long' : 'short';
  const part = share(Math.max(why.longUsd, why.shortUsd) / total);
  return lines(
    `${moment.symbol}: ${atLeast(why)}${usd(total)} liquidated within a minute, ${part} of it ${plural[side]}`,
    `Now $${price(moment.priceUsd)}`,
    `Why: ${times(total, why.normalUsd)} the mean minute of the last 24 h (${usd(why.normalUsd)}), as seen on venues' feeds`,
    clock(moment.atMs),
  );
}

/** What is near, at a time of day that was asked for. */
export function digestText(
  moments: readonly (AlertMoment & {
    readonly clusters: readonly (SpokenCluster & { readonly distance: number })[];
  })[],
  atMs: number,
): string {
  return lines(
    `Liquidation levels, ${clock(atMs)}`,
    ...moments.map(({ symbol, priceUsd, clusters }) => {
      const levels = clusters.map(
        (cluster) => `${usd(cluster.usd)} ${plural[cluster.side]} ${away(cluster)} ${below(cluster.side)}`,
      );
      return `${symbol} $${price(priceUsd)}: ${levels.join('; ') || 'no large cluster'}`;
    }),
    `Why: the digest of this time of day. Model estimate, maps ${oldest(moments, atMs)} old at most`,
  );
}

/** What a budget has left out. @param span of time in which it was, UTC milliseconds */
export function leftOutText(
  left: readonly { readonly symbol: string; readonly kind: string }[],
  span: { readonly fromMs: number; readonly toMs: number; readonly why: 'burst' | 'daily cap' },
): string {
  const symbols = [...new Set(left.map(({ symbol }) => symbol))];
  const parts = symbols.map((symbol) => {
    const kinds = left.filter((one) => one.symbol === symbol).map(({ kind }) => kind);
    const counted = [...new Set(kinds)].map(
      (kind) => `${kinds.filter((one) => one === kind).length} ${kind}`,
    );
    return `${symbol} ${counted.join(', ')}`;
  });
  const limit = span.why === 'burst' ? 'more than three in ten minutes' : 'the daily cap was reached';
  const count = left.length === 1 ? '1 more alert was' : `${left.length} more alerts were`;
  return lines(
    `${count} left out: ${parts.join('; ')}`,
    `Why: ${limit}, ${clock(span.fromMs)} to ${clock(span.toMs)}`,
  );
}

function receiptLine(minutes: ReceiptMinutes, receipt: AlertReceipt, cluster: SpokenCluster): string {
  const { priceUsd, lowestUsd, highestUsd } = receipt;
  const went = `price $${price(priceUsd)} (from $${price(lowestUsd)} to $${price(highestUsd)})`;
  return `After ${minutes} min: ${seen(receipt, cluster)}; ${went}`;
}

function seen(receipt: AlertReceipt, cluster: SpokenCluster): string {
  const { observed } = receipt;
  if (!observed) return 'liquidations not observed';
  if (observed.usd === 0) return `no ${plural[cluster.side]} seen liquidated of ${usd(cluster.usd)} modelled`;
  const amount = `${atLeast(observed)}${usd(observed.usd)} of ${plural[cluster.side]} seen liquidated of ${usd(cluster.usd)} modelled`;
  const strongest = times(observed.strongestMinuteUsd, observed.normalMinuteUsd);
  return `${amount}, ${exceededNormal(receipt) ? `up to ${strongest} a normal minute` : 'no more than a normal minute'}`;
}

function large(symbol: string, { shareOfOi }: SpokenCluster, { percentile }: SizeReason): string {
  // A cluster that is smaller than most may be large all the same, but not for that.
  const than =
    percentile === undefined || percentile < 50
      ? ''
      : `, larger than ${Math.min(99, Math.round(percentile))} % of ${symbol}'s in 30 days`;
  return `${share(shareOfOi)} of open interest${than}`;
}

function band({ low, high }: SpokenCluster): string {
  return `$${price(low)} to $${price(high)}`;
}

function away({
  distance,
  distanceAtr,
}: {
  readonly distance: number;
  readonly distanceAtr?: number;
}): string {
  const atr = distanceAtr === undefined ? '' : ` (${tenths(distanceAtr)} ATR)`;
  return `${tenths(distance * 100)} %${atr}`;
}

/** What is less than a tenth is not called nothing. */
function tenths(amount: number): string {
  return amount < 0.1 ? '<0.1' : amount.toFixed(1);
}

function below(side: Side): string {
  return side === 'long' ? 'below' : 'above';
}

function times(value: number, normal: number): string {
  if (!(normal > 0)) return 'far more than';
  const factor = value / normal;
  return `${factor >= 9.5 ? Math.round(factor) : factor.toFixed(1)} times`;
}

function atLeast({ isLowerBound }: { readonly isLowerBound: boolean }): string {
  return isLowerBound ? 'at least ' : '';
}

function stamp({ atMs, mapMs, provenance }: AlertMoment): string {
  const stand = provenance === 'live' ? '' : `${provenance} data, `;
  return `Model estimate, ${stand}map ${duration(atMs - mapMs)} old, ${clock(atMs)}`;
}

function oldest(moments: readonly AlertMoment[], atMs: number): string {
  return duration(Math.max(0, ...moments.map(({ mapMs }) => atMs - mapMs)));
}

/** `14:05 UTC`. */
function clock(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(11, 16)} UTC`;
}

/** Whole lines: where they are too many, those before the last go. */
function lines(...all: readonly string[]): string {
  const kept = [...all];
  while (kept.length > 2 && kept.join('\n').length > mostLetters) kept.splice(-2, 1);
  return kept.join('\n').slice(0, mostLetters);
}

const mostLetters = 1_000;
const announcement = 'What is really liquidated there follows here after 15 and 60 min.';
