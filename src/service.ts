import { setImmediate } from 'node:timers/promises';
import { assumptionsOf } from './assumptions.ts';
import { buildMap } from './core/build-map.ts';
import { identifyClusters } from './core/cluster-identity.ts';
import { findClusters } from './core/clusters.ts';
import { fragilityOf } from './core/fragility.ts';
import type { LiquidationMap, MapWindow, VenueStatus } from './core/liquidation-map.ts';
import type { Provenance } from './core/market-data.ts';
import type { Weights } from './core/weights-for.ts';
import { resolveWeights } from './core/weights-for.ts';
import type { FragilityHistory } from './fragility-history.ts';
import { Gathering, placeOf } from './gathering.ts';
import type { KeptFolds } from './kept-folds.ts';
import { isPartial } from './map-age.ts';
import type { FoldedPart } from './map-parts.ts';
import { foldPart, fundingPer8h, includedStatus, openInterestChangePct } from './map-parts.ts';
import { stressOf } from './map-stress.ts';
import type { ListedMarkets, MapAnswer, MapMaker, MapRequest, Patience } from './maps.ts';
import type { MarketSource } from './market/source.ts';
import type { KeptFold } from './market-history.ts';
import { termsOf } from './market-terms.ts';
import {
  findMeasured,
  type Measured,
  type MeasuredMarkets,
  withMeasured,
  withoutMeasured,
} from './measured-markets.ts';
import type { Gathered } from './views.ts';

type Deps = {
  readonly sources: readonly MarketSource[];
  readonly weights: Weights;
  readonly nowMs: () => number;
  /** How long one venue may take before the map goes on without it. */
  readonly venueDeadlineMs?: number;
  /** What tells how fragile coins were before; without it nothing is compared. */
  readonly fragility?: FragilityHistory;
  /** Real positions; without them maps are of books alone. */
  readonly measured?: MeasuredMarkets;
  /** Folds to go on from; without them each map is folded from its first candle. */
  readonly folds?: KeptFolds;
  /** Told as a long request gets on. */
  readonly onProgress?: (message: string) => void;
};

/** Makes maps from market sources. One venue that is down, slow or wrong is named in the map and left out. */
export class MapService implements MapMaker {
  readonly #deps: Deps;
  readonly #gathering: Gathering;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#gathering = new Gathering(deps);
  }

  /** The map of a symbol. Throws UserError when nobody lists it or no venue gave what a map needs. */
  async map(request: MapRequest, patience?: Patience): Promise<MapAnswer> {
    const { base, nowMs, fetched, left, isWholeCoin } = await this.#gathering.histories(request, {
      patience,
    });
    patience?.signal?.throwIfAborted();
    const { weights, folds } = this.#deps;
    const { window } = request;
    const parts: FoldedPart[] = [];
    for (const { history, orderBook, source } of fetched) {
      const place = placeOf(source, history.market, window);
      const keep = folds && ((kept: KeptFold) => folds.keep(place, kept));
      const own = resolveWeights(weights, history.market);
      const folded = foldPart(history, { window, nowMs, weights: own, ...(keep && { keep }) });
      folds?.noteBegin(place, history.before ? 'kept' : 'anew');
      parts.push({ ...folded, orderBook });
      // A fold takes tens of milliseconds: whoever waits for an answer meanwhile gets a turn.
      await setImmediate();
      patience?.signal?.throwIfAborted();
    }
    const { provenance } = fetched[0]!.source;
    const measured = this.#deps.measured && (await findMeasured(parts, this.#deps.measured, nowMs));
    const drawn = mapOf({ base, parts, measured, provenance, left, request, nowMs });
    const map = {
      ...drawn,
      ...(await this.#stressed(drawn, parts, isWholeCoin)),
      assumptions: assumptionsOf(drawn, parts),
    };
    return {
      map,
      clusters: identifyClusters([], findClusters(map), nowMs),
      terms: parts.map(termsOf),
    };
  }

  /** Every market that the sources list. */
  async markets(patience?: Patience): Promise<ListedMarkets> {
    return this.#gathering.markets(patience);
  }

  /** The histories that a map of a window is folded from, for who folds them otherwise. Throws as `map` does. */
  async gather(symbol: string, window: MapWindow): Promise<Gathered> {
    const { base, nowMs, fetched, left } = await this.#gathering.histories(
      { symbol, window },
      { isWhole: true },
    );
    const included = fetched.map(({ history: { market } }) => ({
      venue: market.venue,
      market: market.symbol,
      included: true,
    }));
    return {
      base,
      nowMs,
      provenance: fetched[0]!.source.provenance,
      histories: fetched.map(({ history }) => history),
      venues: [...included, ...left],
    };
  }

  /** What forced orders would meet, and how that compares with the past of the whole coin. */
  async #stressed(
    map: LiquidationMap,
    parts: readonly FoldedPart[],
    isWholeCoin: boolean,
  ): Promise<Pick<LiquidationMap, 'stress' | 'fragility'>> {
    const stress = stressOf(parts);
    if (!stress) return {};
    const fragility = fragilityOf(stress);
    const { symbol, window, timeMs } = map;
    const isComparable = isWholeCoin && !isPartial(map);
    const sample = { timeMs, value: fragility.headline };
    const rank = isComparable && (await this.#deps.fragility?.rank({ symbol, window }, sample));
    return { stress, fragility: { ...fragility, ...(rank && { rank }) } };
  }
}

function mapOf(given: {
  readonly base: string;
  readonly parts: readonly FoldedPart[];
  readonly measured: Measured | undefined;
  readonly provenance: Provenance;
  readonly left: readonly VenueStatus[];
  readonly request: MapRequest;
  readonly nowMs: number;
}): LiquidationMap {
  const { base, parts, measured, provenance, left, request, nowMs } = given;
  const largest = parts.reduce((a, b) => (b.openInterestUsd > a.openInterestUsd ? b : a));
  const { atrPct } = largest.history.facts;
  const change = openInterestChangePct(parts, nowMs);
  const funding = fundingPer8h(parts, nowMs);
  const map = buildMap({
    symbol: base,
    timeMs: nowMs,
    provenance,
    window: request.window,
    ...(request.range !== undefined && { range: request.range }),
    parts: withoutMeasured(parts, measured),
    ...(largest.weights.uncertainty && { uncertainty: largest.weights.uncertainty }),
    venues: [...parts.map((part) => includedStatus(part, nowMs)), ...left],
    ...(atrPct !== undefined && { atrPct }),
    ...(change !== undefined && { openInterestChange24hPct: change }),
    ...(funding !== undefined && { fundingRate8h: funding }),
  });
  return withMeasured(map, measured);
}
