import { setImmediate } from 'node:timers/promises';
import { assumptionsOf } from './assumptions.ts';
import { buildMap } from './core/build-map.ts';
import { identifyClusters } from './core/cluster-identity.ts';
import { findClusters } from './core/clusters.ts';
import { fragilityOf } from './core/fragility.ts';
import type { Cluster, LiquidationMap, MapWindow, VenueStatus } from './core/liquidation-map.ts';
import type { MarginRules, OrderBook, Provenance } from './core/market-data.ts';
import { resolveSymbol } from './core/symbols.ts';
import type { Weights } from './core/weights-for.ts';
import { resolveWeights } from './core/weights-for.ts';
import { within } from './deadline.ts';
import { errorText, UserError } from './errors.ts';
import type { FragilityHistory } from './fragility-history.ts';
import type { FoldPlace, KeptFolds } from './kept-folds.ts';
import { datedFutures, leftOut, missText, noVenueText, stillLoading } from './left-out.ts';
import { type Loading, Loadings, untilEnough } from './loading.ts';
import { isPartial } from './map-age.ts';
import type { FoldedPart } from './map-parts.ts';
import { fingerprintOf, foldPart, fundingPer8h, includedStatus, openInterestChangePct } from './map-parts.ts';
import { orderBookNow, stressOf } from './map-stress.ts';
import { recordedVenue } from './market/recording/source.ts';
import type { Market, MarketSource } from './market/source.ts';
import type { KeptFold, MarketHistory } from './market-history.ts';
import { fetchHistory, lastCloseMs } from './market-history.ts';
import { type MarketTerms, termsOf } from './market-terms.ts';
import type { Gathered } from './views.ts';

export type MapRequest = {
  readonly symbol: string;
  readonly window: MapWindow;
  /** Only these venues; all when undefined. */
  readonly venues?: readonly string[];
  /** Half width of the map as a fraction of price. */
  readonly range?: number;
};

export type MapAnswer = {
  readonly map: LiquidationMap;
  readonly clusters: readonly Cluster[];
  /** By which rules each market that is in it closes positions. */
  readonly terms?: readonly MarketTerms[];
};

/** A market of a source, or why a venue could not even be asked for its list. */
export type ListedMarkets = {
  readonly markets: readonly { readonly source: MarketSource; readonly market: Market }[];
  readonly failed: readonly VenueStatus[];
};

type Deps = {
  readonly sources: readonly MarketSource[];
  readonly weights: Weights;
  readonly nowMs: () => number;
  /** How long one venue may take before the map goes on without it. */
  readonly venueDeadlineMs?: number;
  /** What tells how fragile coins were before; without it nothing is compared. */
  readonly fragility?: FragilityHistory;
  /** Folds to go on from; without them each map is folded from its first candle. */
  readonly folds?: KeptFolds;
  /** Told as a long request gets on. */
  readonly onProgress?: (message: string) => void;
};

/** Candles of five minutes that are later than this are not shown as now. */
const stalestMs = 20 * 60_000;

type Fetched = {
  readonly history: MarketHistory;
  readonly source: MarketSource;
  readonly orderBook: OrderBook | undefined;
};
type Outcome = Fetched | VenueStatus;
/** `isWhole`: with all candles, also those that are folded already. */
type When = { readonly window: MapWindow; readonly nowMs: number; readonly isWhole?: true };

/** What commands ask of the service, whether it makes the maps itself or has them made elsewhere. */
export interface Maps {
  /** The map of a symbol. Throws UserError when nobody lists it or no venue gave what a map needs. */
  map(request: MapRequest): Promise<MapAnswer>;
  /** Every market that the venues list, and why some gave no list. */
  markets(): Promise<{
    readonly markets: readonly { readonly market: Market }[];
    readonly failed: readonly VenueStatus[];
  }>;
}

/** How long to wait for slow venues when others have answered. What they are asked goes on behind the answer. */
export type Patience = {
  readonly ms: number;
  /** Told once when every venue that a map went without has answered too: a better map can be made. */
  readonly onWhole?: () => void;
};

/** Makes maps here and now. All venues are waited for unless there is a patience. */
export interface MapMaker extends Maps {
  map(request: MapRequest, patience?: Patience): Promise<MapAnswer>;
  markets(patience?: Patience): Promise<ListedMarkets>;
}

/** Makes maps from market sources. One venue that is down, slow or wrong is named in the map and left out. */
export class MapService implements MapMaker {
  readonly #deps: Deps;
  readonly #lists = new Loadings<ListedMarkets>();
  readonly #histories = new Loadings<Outcome>();
  /** Markets that failed the last time, by venue and name. */
  readonly #failed = new Map<string, VenueStatus>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** The map of a symbol. Throws UserError when nobody lists it or no venue gave what a map needs. */
  async map(request: MapRequest, patience?: Patience): Promise<MapAnswer> {
    const { base, nowMs, fetched, left, isWholeCoin } = await this.#gather(request, { patience });
    const { weights, folds } = this.#deps;
    const { window } = request;
    const parts: FoldedPart[] = [];
    for (const { history, orderBook, source } of fetched) {
      const place = placeOf(source, history.market, window);
      const keep = folds && ((kept: KeptFold) => folds.keep(place, kept));
      const own = resolveWeights(weights, history.market);
      const folded = foldPart(history, { window, nowMs, weights: own, ...(keep && { keep }) });
      parts.push({ ...folded, orderBook });
      // A fold takes tens of milliseconds: whoever waits for an answer meanwhile gets a turn.
      await setImmediate();
    }
    const { provenance } = fetched[0]!.source;
    const drawn = mapOf({ base, parts, provenance, left, request, nowMs });
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
    const lists = this.#askLists();
    await untilEnough(lists, listPatience(patience));
    tellWhole(lists, patience);
    return this.#joined(lists);
  }

  /** The histories that a map of a window is folded from, for who folds them otherwise. Throws as `map` does. */
  async gather(symbol: string, window: MapWindow): Promise<Gathered> {
    const { base, nowMs, fetched, left } = await this.#gather({ symbol, window }, { isWhole: true });
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

  async #gather(
    request: MapRequest,
    { patience, isWhole }: { readonly patience?: Patience | undefined; readonly isWhole?: true },
  ) {
    const { base, markets, failed, lists, isWholeCoin } = await this.#resolve(request, patience);
    const { asked, futures } = withoutFutures(markets);
    const nowMs = this.#deps.nowMs();
    const when = { window: request.window, nowMs, ...(isWhole && { isWhole }) };
    const histories = asked.map((one) => this.#load(one, when));
    await untilEnough(histories, { patienceMs: patience?.ms, willDo: (one) => 'history' in one });
    const outcomes = histories.map(({ settled }, i) => settled ?? this.#notYet(asked[i]!.market));
    tellWhole([...lists, ...histories], patience);
    const fetched = outcomes.filter((one): one is Fetched => 'history' in one);
    const left = [
      ...failed,
      ...outcomes.filter((one): one is VenueStatus => 'included' in one),
      ...datedFutures(futures),
    ];
    if (fetched.length === 0) throw new UserError(noVenueText(base, left));
    return { base, nowMs, fetched, left, isWholeCoin };
  }

  #askLists(): readonly Loading<ListedMarkets>[] {
    return this.#deps.sources.map((source) => this.#lists.ask(source.venue, () => this.#list(source)));
  }

  /** What has been listed so far; in the order of the sources. */
  #joined(lists: readonly Loading<ListedMarkets>[]): ListedMarkets {
    const venues = this.#deps.sources.map(({ venue }) => venue);
    const known = lists.map(
      ({ settled }, i): ListedMarkets =>
        settled ?? { markets: [], failed: [stillLoading({ venue: venues[i]!, symbol: 'all markets' })] },
    );
    return {
      markets: known.flatMap(({ markets }) => markets),
      failed: known.flatMap(({ failed }) => failed),
    };
  }

  async #list(source: MarketSource): Promise<ListedMarkets> {
    try {
      const markets = await this.#inTime(source.markets());
      return { markets: markets.map((market) => ({ source, market })), failed: [] };
    } catch (error) {
      return { markets: [], failed: [leftOut(source.venue, 'all markets', errorText(error))] };
    }
  }

  async #resolve({ symbol, venues }: MapRequest, patience: Patience | undefined) {
    const unknown = venues?.find((venue) => !this.#deps.sources.some((source) => source.venue === venue));
    if (unknown !== undefined) {
      const known = this.#deps.sources.map((source) => source.venue).join(', ');
      throw new UserError(`There is no venue "${unknown}" here. Known venues: ${known}.`);
    }
    const lists = this.#askLists();
    await untilEnough(lists, listPatience(patience));
    const soon = this.#find(symbol, venues, this.#joined(lists));
    // Who is still loading may be the one that lists it.
    if (!soon.resolved.found) await untilEnough(lists, listPatience(undefined));
    const { resolved, markets, failed } = soon.resolved.found
      ? soon
      : this.#find(symbol, venues, this.#joined(lists));
    if (!resolved.found) throw new UserError(missText(symbol, resolved.near, failed, markets.length));
    const chosen = new Set(resolved.markets);
    return {
      base: resolved.base,
      failed,
      lists,
      markets: markets.filter(({ market }) => chosen.has(market)),
      isWholeCoin:
        venues === undefined &&
        markets.every(({ market }) => market.base !== resolved.base || chosen.has(market)),
    };
  }

  #find(symbol: string, venues: MapRequest['venues'], listed: ListedMarkets) {
    const isWanted = (venue: string) => venues === undefined || venues.includes(venue);
    const failed = listed.failed.filter(({ venue }) => isWanted(venue));
    const markets = listed.markets.filter(({ market }) => isWanted(market.venue));
    const resolved = resolveSymbol(
      symbol,
      markets.map(({ market }) => market),
    );
    return { resolved, markets, failed };
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

  #load(one: { source: MarketSource; market: Market }, when: When) {
    const { venue, symbol } = one.market;
    const extent = when.isWhole ? 'whole' : 'due';
    return this.#histories.ask(`${venue} ${symbol} ${when.window} ${extent}`, () => this.#ask(one, when));
  }

  /** Only what is not folded yet, unless all is wanted. */
  async #history(source: MarketSource, market: Market, { window, nowMs, isWhole }: When) {
    const { folds, weights } = this.#deps;
    if (!folds || isWhole) return fetchHistory(source, market, { window, nowMs });
    const before = await folds.find(placeOf(source, market, window));
    const madeBy = (rules: MarginRules) => fingerprintOf(rules, resolveWeights(weights, market));
    return fetchHistory(source, market, { window, nowMs, before, madeBy });
  }

  async #ask({ source, market }: { source: MarketSource; market: Market }, when: When): Promise<Outcome> {
    try {
      const [history, orderBook] = await Promise.all([
        this.#inTime(this.#history(source, market, when)),
        orderBookNow(source, market, when.nowMs),
      ]);
      this.#deps.onProgress?.(`${market.venue} ${market.symbol} is here`);
      const ageMs = when.nowMs - lastCloseMs(history);
      if (ageMs > stalestMs)
        throw new Error(`stale: last candle closed ${Math.round(ageMs / 60_000)} minutes ago`);
      this.#failed.delete(nameOf(market));
      return { history, source, orderBook };
    } catch (error) {
      const failure = leftOut(market.venue, market.symbol, errorText(error));
      this.#failed.set(nameOf(market), failure);
      return failure;
    }
  }

  /** Who failed the last time is not called loading while that is tried again. */
  #notYet(market: Market): VenueStatus {
    return this.#failed.get(nameOf(market)) ?? stillLoading(market);
  }

  #inTime<T>(promise: Promise<T>): Promise<T> {
    const ms = this.#deps.venueDeadlineMs ?? 60_000;
    return within(promise, ms, `no answer within ${ms / 1000} s`);
  }
}

/** What is made up never goes on from what is real. */
function placeOf(source: MarketSource, { symbol }: Market, window: MapWindow): FoldPlace {
  return { venue: recordedVenue(source), symbol, window };
}

function mapOf(given: {
  readonly base: string;
  readonly parts: readonly FoldedPart[];
  readonly provenance: Provenance;
  readonly left: readonly VenueStatus[];
  readonly request: MapRequest;
  readonly nowMs: number;
}): LiquidationMap {
  const { base, parts, provenance, left, request, nowMs } = given;
  const largest = parts.reduce((a, b) => (b.openInterestUsd > a.openInterestUsd ? b : a));
  const { atrPct } = largest.history.facts;
  const change = openInterestChangePct(parts, nowMs);
  const funding = fundingPer8h(parts, nowMs);
  return buildMap({
    symbol: base,
    timeMs: nowMs,
    provenance,
    window: request.window,
    ...(request.range !== undefined && { range: request.range }),
    parts,
    ...(largest.weights.uncertainty && { uncertainty: largest.weights.uncertainty }),
    venues: [...parts.map((part) => includedStatus(part, nowMs)), ...left],
    ...(atrPct !== undefined && { atrPct }),
    ...(change !== undefined && { openInterestChange24hPct: change }),
    ...(funding !== undefined && { fundingRate8h: funding }),
  });
}

/** Dated futures are asked for only by who names one. */
function withoutFutures(markets: ListedMarkets['markets']) {
  const perpetuals = markets.filter(({ market }) => market.kind === 'perpetual');
  if (perpetuals.length === 0) return { asked: markets, futures: [] };
  const futures = markets.map(({ market }) => market).filter(({ kind }) => kind === 'future');
  return { asked: perpetuals, futures };
}

/** Lists are asked for once an hour, and who has none is in no map, so they are worth a longer wait. */
function listPatience(patience: Patience | undefined) {
  const willDo = ({ failed }: ListedMarkets) => failed.length === 0;
  return { patienceMs: patience && 4 * patience.ms, willDo };
}

function tellWhole(loadings: readonly Loading<unknown>[], patience: Patience | undefined): void {
  const late = loadings.filter(({ settled }) => settled === undefined);
  if (late.length === 0 || !patience?.onWhole) return;
  void Promise.all(late.map(({ outcome }) => outcome)).then(patience.onWhole);
}

function nameOf({ venue, symbol }: Market): string {
  return `${venue} ${symbol}`;
}
