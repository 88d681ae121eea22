import { createHash } from 'node:crypto';
import { type Blobs, pack, unpack } from './blobs.ts';
import { resolveSymbol } from './core/symbols.ts';
import { UserError } from './errors.ts';
import type { Listings } from './listings.ts';
import { agedMap, isPartial } from './map-age.ts';
import type { MapAnswer, MapRequest } from './maps.ts';
import type { Market } from './market/source.ts';
import { Recent } from './recent.ts';
import { SingleFlight } from './single-flight.ts';

/** Where an answer came from. */
export type Lookup = 'memory' | 'shared' | 'made' | 'old';

type Keyed = { readonly key: string; readonly canonical: MapRequest };

type Deps = {
  readonly blobs: Blobs;
  readonly listings: Listings;
  /** Has the map made and put where `readMap` finds it, here or in another process. Throws its UserErrors. */
  readonly makeMap: (key: string, request: MapRequest) => Promise<void>;
  /** Notes that somebody looks, so that the map is kept fresh. */
  readonly onAsked: (key: string, request: MapRequest) => void;
  readonly onLookup?: (lookup: Lookup) => void;
  /** Told when a map could not be made anew and an old one is shown. */
  readonly onTrouble: (error: unknown) => void;
  readonly nowMs: () => number;
};

/** A map of this age is shown as it is. Somewhat longer than the minute after which an active one is made again. */
const freshMs = 75_000;
/** One without venues that are still loading is made again sooner, the more so when it lacks most of them. */
const partialMs = { most: 20_000, few: 5_000 } as const;
/** An older one is shown, with its age, when none can be made; beyond this nothing is. */
const showableMs = 30 * 60_000;
const keepMs = 2 * showableMs;
const inMemory = 200;
/** Clocks of machines differ by seconds. */
const skewMs = 30_000;

/** Maps made once for all who ask, in this process and in others. */
export class CachedMaps {
  readonly #deps: Deps;
  readonly #recent = new Recent<MapAnswer>(inMemory);
  readonly #flight = new SingleFlight();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** The map of a symbol, a minute old at most unless none can be made. Throws as `MapService.map` does. */
  async map(request: MapRequest): Promise<MapAnswer> {
    const { key, canonical, listed } = await this.#canonical(request);
    if (listed) this.#deps.onAsked(key, canonical);
    const remembered = this.#recent.get(key);
    // In place of a partial one there may be a whole one by now.
    if (remembered && this.#isFresh(remembered) && !isPartial(remembered.map))
      return this.#found('memory', remembered);
    return this.#flight.run(key, () => this.#lookUp(key, canonical));
  }

  /** Every market that the venues list. */
  async markets() {
    const { markets, failed } = await this.#deps.listings.current();
    return { markets: markets.map((market) => ({ market })), failed };
  }

  async #lookUp(key: string, request: MapRequest): Promise<MapAnswer> {
    try {
      const shared = await readMap(this.#deps.blobs, key);
      if (shared && this.#isFresh(shared)) return this.#keep('shared', key, shared);
      await this.#deps.makeMap(key, request);
      const made = await readMap(this.#deps.blobs, key);
      if (!made) throw new Error(`the map ${key} was made but is not there`);
      return this.#keep('made', key, made);
    } catch (error) {
      if (error instanceof UserError) throw error;
      return this.#old(key, error);
    }
  }

  /** The last map known, aged; what went wrong otherwise. */
  async #old(key: string, error: unknown): Promise<MapAnswer> {
    this.#deps.onTrouble(error);
    const known = this.#recent.get(key) ?? (await readMap(this.#deps.blobs, key).catch(() => undefined));
    if (!known || this.#ageMs(known) > showableMs) {
      throw new UserError('No fresh map can be made right now. Please try again in a minute.');
    }
    return this.#found('old', { ...known, map: agedMap(known.map, this.#deps.nowMs()) });
  }

  #keep(lookup: Lookup, key: string, answer: MapAnswer): MapAnswer {
    this.#recent.set(key, answer);
    return this.#found(lookup, answer);
  }

  #found(lookup: Lookup, answer: MapAnswer): MapAnswer {
    this.#deps.onLookup?.(lookup);
    return answer;
  }

  /** The same key for all ways to ask for the same map: `eth`, `ETH`, `$eth`. */
  async #canonical(request: MapRequest): Promise<Keyed & { readonly listed: boolean }> {
    const { markets } = await this.#deps.listings.current();
    const venues = request.venues && [...new Set(request.venues)].sort();
    const wanted = markets.filter(({ venue }) => venues === undefined || venues.includes(venue));
    const resolved = resolveSymbol(request.symbol, wanted);
    const text = request.symbol.trim();
    // Who makes maps knows best how to say what is wrong with it.
    if (!resolved.found) return { ...keyed({ ...request, symbol: text }, []), listed: false };
    const whole = wanted.filter(({ base }) => base === resolved.base).length === resolved.markets.length;
    const canonical = { ...request, symbol: whole ? resolved.base : text, ...(venues && { venues }) };
    return { ...keyed(canonical, whole ? [] : resolved.markets), listed: true };
  }

  #isFresh(answer: MapAnswer): boolean {
    return this.#ageMs(answer) < freshFor(answer);
  }

  #ageMs({ map }: MapAnswer): number {
    // One from the future was made before the clock was set back: nobody knows how old it is.
    const ageMs = this.#deps.nowMs() - map.timeMs;
    return ageMs < -skewMs ? Number.POSITIVE_INFINITY : Math.max(0, ageMs);
  }
}

/** Puts a map where `CachedMaps` of every process finds it. */
export async function writeMap(blobs: Blobs, key: string, answer: MapAnswer): Promise<void> {
  await blobs.put(blobKey(key), await pack(answer), keepMs);
}

/** The map that was made last under a key; undefined once it is gone. */
export async function readMap(blobs: Blobs, key: string): Promise<MapAnswer | undefined> {
  const bytes = await blobs.get(blobKey(key));
  return bytes && ((await unpack(bytes)) as MapAnswer);
}

function freshFor({ map }: MapAnswer): number {
  if (!isPartial(map)) return freshMs;
  const included = map.venues.filter((status) => status.included).length;
  const loading = map.venues.filter((status) => status.loading).length;
  return included >= loading ? partialMs.most : partialMs.few;
}

/** The number goes up when `MapAnswer` changes, so that a new version does not read what an old one wrote. */
function blobKey(key: string): string {
  return `map:3:${key}`;
}

/** Named for people where that is short; what only some markets of the coin answer has their fingerprint. */
function keyed(canonical: MapRequest, part: readonly Market[]): Keyed {
  const { symbol, window, venues, range } = canonical;
  const names = part.map((market) => `${market.venue} ${market.symbol}`).sort();
  const rest = JSON.stringify([part.length > 0 ? names : symbol, venues ?? null, range ?? null]);
  const plain = part.length === 0 && !venues && range === undefined && /^[A-Z0-9]+$/.test(symbol);
  const fingerprint = createHash('sha256').update(rest).digest('hex').slice(0, 16);
  return { key: plain ? `${symbol}/${window}` : `~${fingerprint}/${window}`, canonical };
}
