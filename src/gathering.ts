import type { MapWindow, VenueStatus } from './core/liquidation-map.ts';
import type { MarginRules, OrderBook } from './core/market-data.ts';
import { resolveSymbol } from './core/symbols.ts';
import type { Weights } from './core/weights-for.ts';
import { resolveWeights } from './core/weights-for.ts';
import { within } from './deadline.ts';
import { errorText, UserError } from './errors.ts';
import type { FoldPlace, KeptFolds } from './kept-folds.ts';
import { datedFutures, leftOut, missText, noVenueText, stillLoading } from './left-out.ts';
import { type Loading, Loadings, untilEnough } from './loading.ts';
import { fingerprintOf } from './map-parts.ts';
import { orderBookNow } from './map-stress.ts';
import type { ListedMarkets, MapRequest, Patience } from './maps.ts';
import { recordedVenue } from './market/recording/source.ts';
import type { Market, MarketSource } from './market/source.ts';
import type { MarketHistory } from './market-history.ts';
import { fetchHistory, lastCloseMs } from './market-history.ts';

type Deps = {
  readonly sources: readonly MarketSource[];
  readonly weights: Weights;
  readonly nowMs: () => number;
  /** How long one venue may take before the map goes on without it. */
  readonly venueDeadlineMs?: number;
  /** Folds to go on from; without them all candles are asked for. */
  readonly folds?: KeptFolds;
  /** Told as a long request gets on. */
  readonly onProgress?: (message: string) => void;
};

/** Candles of five minutes that are later than this are not shown as now. */
const stalestMs = 20 * 60_000;

/** One market's history, and who gave it. */
type Fetched = {
  readonly history: MarketHistory;
  readonly source: MarketSource;
  readonly orderBook: OrderBook | undefined;
};
type Outcome = Fetched | VenueStatus;
/** `isWhole`: with all candles, also those that are folded already. */
type When = { readonly window: MapWindow; readonly nowMs: number; readonly isWhole?: true };

/** Lists and histories of all sources, each asked for once at a time and waited for only so long. */
export class Gathering {
  readonly #deps: Deps;
  readonly #lists = new Loadings<ListedMarkets>();
  readonly #histories = new Loadings<Outcome>();
  /** Markets that failed the last time, by venue and name. */
  readonly #failed = new Map<string, VenueStatus>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Every market that the sources list. */
  async markets(patience?: Patience): Promise<ListedMarkets> {
    const lists = this.#askLists();
    await untilEnough(lists, listPatience(patience));
    tellWhole(lists, patience);
    return this.#joined(lists);
  }

  /** What a map is folded from. Throws UserError when nobody lists the coin or no venue gave what a map needs. */
  async histories(
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
export function placeOf(source: MarketSource, { symbol }: Market, window: MapWindow): FoldPlace {
  return { venue: recordedVenue(source), symbol, window };
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
