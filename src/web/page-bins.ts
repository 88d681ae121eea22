import { cumulativeCurve, priceIndex } from '../../renderers/map/swept.ts';
import { leverage, price, signedPercent, usd } from '../../renderers/numbers.ts';
import type { LiquidationMap } from '../core/liquidation-map.ts';
import type { Side } from '../core/market-data.ts';

/** One bin of a map in words, as the page tells it to who points at it, walks to it, or hears it. */
export type PageBin = {
  readonly low: number;
  readonly high: number;
  readonly side: Side;
  /** What all lines of the page call it. */
  readonly price: string;
  readonly distance: string;
  readonly usd: string;
  readonly band: string;
  /** `10–25x $1.2M, 50x+ $340K`; what is too little to see is left out. */
  readonly leverage: string;
  readonly venues: string;
  /** USD liquidated on the way from the price to the far edge of the bin. */
  readonly onTheWay: string;
};

/** Of the bin. */
const leastShare = 0.01;

/** The bins that hold anything, from the lowest price up. */
export function pageBins(map: LiquidationMap): readonly PageBin[] {
  return [...binsOf(map, 'long').toReversed(), ...binsOf(map, 'short')];
}

/** From the price outward. */
function binsOf(map: LiquidationMap, side: Side): readonly PageBin[] {
  const { priceUsd, byLeverage, byVenue, meanLeverage, bandUsd, measured } = map;
  const key = side === 'long' ? 'longUsd' : 'shortUsd';
  const curve = cumulativeCurve(map, side);
  const start = priceIndex(map);
  return curve.slice(1).flatMap(({ priceUsd: farUsd, usd: sweptUsd }, step) => {
    const nearUsd = curve[step]!.priceUsd;
    const [low, high] = [Math.min(nearUsd, farUsd), Math.max(nearUsd, farUsd)];
    const bin = side === 'long' ? start - 1 - step : start + step;
    const amount = map[key][bin]!;
    if (!(amount > 0)) return [];
    const band = bandUsd && [bandUsd[side].low[bin]!, bandUsd[side].high[bin]!];
    const split = (parts: readonly (readonly [name: string, amount: number])[]) => splitWords(parts, amount);
    return [
      {
        low,
        high,
        side,
        price: `$${price(low)} to $${price(high)}`,
        distance: signedPercent((((low + high) / 2 - priceUsd) / priceUsd) * 100),
        usd: usd(amount),
        band: band ? `${usd(band[0]!)} to ${usd(band[1]!)}` : 'not known',
        leverage: `${meanWords(meanLeverage[side][bin])}${split([
          ...byLeverage.map((layer) => [layer.label, layer[key][bin]!] as const),
          ...(measured ? [['measured', measured[key][bin]!] as const] : []),
        ])}`,
        venues: split(byVenue.map((layer) => [layer.venue, layer[key][bin]!])),
        onTheWay: usd(sweptUsd),
      },
    ];
  });
}

/** Where only measured positions lie, nothing is known of their leverage. */
function meanWords(times: number | undefined): string {
  return times !== undefined && times > 0 ? `mean ${leverage(times)}: ` : '';
}

function splitWords(parts: readonly (readonly [name: string, amount: number])[], whole: number): string {
  const shown = parts.filter(([, amount]) => amount >= leastShare * whole);
  return shown.map(([name, amount]) => `${name} ${usd(amount)}`).join(', ') || 'not known';
}
