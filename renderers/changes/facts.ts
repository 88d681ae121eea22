import type { MapChanges, SideChanges } from '../../src/core/changes.ts';
import type { Side } from '../../src/core/market-data.ts';
import { duration, price, signedPercent, usd, utcTime } from '../numbers.ts';

/** What changed, in words; picture and text take them from here. */
export type ChangesFacts = {
  /** `24 h` */
  readonly span: string;
  readonly since: string;
  readonly priceThen: string;
  readonly priceNow: string;
  readonly move: string;
  readonly long: SideWords;
  readonly short: SideWords;
};

export type SideWords = Readonly<Record<'built' | 'closed' | 'liquidated', string>> & {
  /** Where most was built: `$12M near $61,200 (-3.1 %)`; absent where nothing was. */
  readonly mostBuilt?: string;
};

export function changesFacts(changes: MapChanges): ChangesFacts {
  const { fromMs, timeMs, fromPriceUsd, priceUsd } = changes;
  return {
    span: duration(timeMs - fromMs),
    since: utcTime(fromMs),
    priceThen: price(fromPriceUsd),
    priceNow: price(priceUsd),
    move: signedPercent((priceUsd / fromPriceUsd - 1) * 100),
    long: sideWords(changes, 'long'),
    short: sideWords(changes, 'short'),
  };
}

function sideWords({ edges, priceUsd, ...sides }: MapChanges, side: Side): SideWords {
  const { builtUsd, closedUsd, liquidatedUsd }: SideChanges = sides[side];
  const top = builtUsd.indexOf(Math.max(...builtUsd));
  const middle = (edges[top]! + edges[top + 1]!) / 2;
  return {
    built: usd(sum(builtUsd)),
    closed: usd(sum(closedUsd)),
    liquidated: usd(sum(liquidatedUsd)),
    ...(builtUsd[top]! > 0 && {
      mostBuilt: `${usd(builtUsd[top]!)} near $${price(middle)} (${signedPercent((middle / priceUsd - 1) * 100)})`,
    }),
  };
}

function sum(bins: Float64Array): number {
  return bins.reduce((all, amount) => all + amount, 0);
}
