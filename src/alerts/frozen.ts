import type { Crossing, TriggerIndex } from '../core/alerts/trigger-index.ts';
import type { Cluster } from '../core/liquidation-map.ts';
import type { Side } from '../core/market-data.ts';

/** A band that is watched for the score as it was at the beginning of a day. */
export type FrozenBand = {
  readonly clusterId: string;
  /** `reached` for the cluster's own, `chance` for the one across the price. */
  readonly stage: 'reached' | 'chance';
  readonly day: number;
  readonly side: Side;
  readonly low: number;
  readonly high: number;
  readonly usd: number;
};

/** The bands of a day among a coin's triggers: each is met once, and stays where it was. */
export class FrozenBands {
  readonly #index: TriggerIndex;
  readonly #bands = new Map<string, FrozenBand>();

  constructor(index: TriggerIndex) {
    this.#index = index;
  }

  /** Watches clusters as they are now in the place of those of another day, each with the band across the price. */
  freeze(clusters: readonly Cluster[], { day, priceUsd }: { day: number; priceUsd: number }) {
    for (const name of [...this.#bands.keys()]) this.#index.remove(name);
    this.#bands.clear();
    const bands = clusters.flatMap(({ id: clusterId, side, low, high, usd }): FrozenBand[] => {
      const isAhead = side === 'long' ? high < priceUsd : low > priceUsd;
      if (!isAhead || 2 * priceUsd - high <= 0) return [];
      const band = { clusterId, stage: 'reached', day, side, low, high, usd } as const;
      return [band, acrossBand(band, priceUsd)];
    });
    for (const band of bands) this.watch(band);
    return bands;
  }

  watch(band: FrozenBand): void {
    const { clusterId, stage, side, low, high } = band;
    const name = `${stage} of ${clusterId}`;
    const priceUsd = side === 'long' ? high : low;
    // It is taken out once it has fired, so it is never armed again.
    const rearmUsd = side === 'long' ? priceUsd * 2 : priceUsd / 2;
    this.#bands.set(name, band);
    this.#index.put({ name, group: name, side, priceUsd, rearmUsd }, { armed: true, arming: band.day });
  }

  /** The band that a trigger was of, which is watched no more; undefined for one that was of none. */
  met({ trigger: { name } }: Crossing): FrozenBand | undefined {
    const band = this.#bands.get(name);
    if (!band) return undefined;
    this.#index.remove(name);
    this.#bands.delete(name);
    return band;
  }
}

/** The band that lies as far from a price on the other side, which nobody chose. */
export function acrossBand(band: FrozenBand, priceUsd: number): FrozenBand {
  const side: Side = band.side === 'long' ? 'short' : 'long';
  return { ...band, stage: 'chance', side, low: 2 * priceUsd - band.high, high: 2 * priceUsd - band.low };
}
