import type { MapChanges, SideChanges } from '../../src/core/changes.ts';
import { axisTop } from '../map/bars.ts';

/** One step of a skyline, from `price` to the next row's. */
type Step = { readonly kind: string; readonly price: number; readonly from: number; readonly to: number };

/** Skylines on both sides of the line of no change, in USD. */
export type ChangesBars = {
  readonly tallestUsd: number;
  /** Where bars are cut, so that the others stay readable. */
  readonly topUsd: number;
  readonly built: readonly Step[];
  readonly gone: readonly Step[];
};

/** Shorts above longs of what was built; of what is gone, what was closed beyond what was liquidated. */
export function changesBars({ edges, long, short }: MapChanges): ChangesBars {
  const both = (name: keyof SideChanges) => long[name].map((usd, bin) => usd + short[name][bin]!);
  const built = both('builtUsd');
  const liquidated = both('liquidatedUsd');
  const gone = liquidated.map((usd, bin) => usd + long.closedUsd[bin]! + short.closedUsd[bin]!);
  const topUsd = axisTop([...built, ...gone]);
  return {
    tallestUsd: Math.max(...built, ...gone),
    topUsd,
    built: [
      ...steps('long', { edges, topUsd, to: long.builtUsd }),
      ...steps('short', { edges, topUsd, to: built, from: long.builtUsd }),
    ],
    gone: [
      ...steps('liquidated', { edges, topUsd, to: liquidated }),
      ...steps('closed', { edges, topUsd, to: gone, from: liquidated }),
    ],
  };
}

type Skyline = {
  readonly edges: Float64Array;
  /** What is higher is cut. */
  readonly topUsd: number;
  readonly to: Float64Array;
  readonly from?: Float64Array;
};

function steps(kind: string, { edges, topUsd, to, from }: Skyline): Step[] {
  const cut = (usd: number) => Math.min(usd, topUsd);
  const rows = Array.from(
    to,
    (usd, i): Step => ({ kind, price: edges[i]!, from: cut(from?.[i] ?? 0), to: cut(usd) }),
  );
  const last = rows.at(-1);
  // The last step needs an end to run to.
  return last ? [...rows, { ...last, price: edges.at(-1)! }] : [];
}
