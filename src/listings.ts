import { type Blobs, pack, unpack } from './blobs.ts';
import { dayMs } from './core/durations.ts';
import type { VenueStatus } from './core/liquidation-map.ts';
import type { Market } from './market/source.ts';
import { SingleFlight } from './single-flight.ts';

/** Every market that the venues list, and the venues that gave no list. */
export type Listing = {
  readonly timeMs: number;
  readonly markets: readonly Market[];
  readonly failed: readonly VenueStatus[];
};

type Deps = {
  readonly blobs: Blobs;
  /** Has a new list made and put where `readListing` finds it, here or in another process. */
  readonly makeListing: () => Promise<void>;
  readonly nowMs: () => number;
  /** Told when the list could not be renewed and the old one serves on. */
  readonly onTrouble: (error: unknown) => void;
};

const key = 'listing:1';
const keepMs = 7 * dayMs;
const freshMs = 15 * 60_000;
/** A list that lacks a venue is asked for again soon. */
const incompleteMs = 60_000;
/** So is one that a venue had no time for. */
const partialMs = 3_000;
/** Clocks of machines differ by seconds; what is further ahead was made before the clock was set back. */
const skewMs = 30_000;

/** The markets of all venues for processes that ask no venue themselves. */
export class Listings {
  readonly #deps: Deps;
  readonly #flight = new SingleFlight();
  #known: Listing | undefined;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** The list of a quarter of an hour ago at most. An older one serves when no new one can be had. */
  async current(): Promise<Listing> {
    if (this.#isFresh(this.#known)) return this.#known;
    return this.#flight.run(key, () => this.#renew());
  }

  async #renew(): Promise<Listing> {
    try {
      this.#known = this.#newer(this.#known, await readListing(this.#deps.blobs));
      if (this.#isFresh(this.#known)) return this.#known;
      await this.#deps.makeListing();
      this.#known = this.#newer(this.#known, await readListing(this.#deps.blobs));
    } catch (error) {
      if (this.#known === undefined) throw error;
      this.#deps.onTrouble(error);
    }
    if (this.#known === undefined) throw new Error('no list of markets');
    return this.#known;
  }

  #newer(known: Listing | undefined, read: Listing | undefined): Listing | undefined {
    if (known === undefined || read === undefined) return known ?? read;
    return read.timeMs >= known.timeMs || !this.#isFresh(known) ? read : known;
  }

  #isFresh(listing: Listing | undefined): listing is Listing {
    if (listing === undefined) return false;
    const ageMs = this.#deps.nowMs() - listing.timeMs;
    return ageMs > -skewMs && ageMs < freshFor(listing);
  }
}

/** Puts a list where `Listings` of every process finds it. */
export async function writeListing(blobs: Blobs, listing: Listing): Promise<void> {
  await blobs.put(key, await pack(listing), keepMs);
}

async function readListing(blobs: Blobs): Promise<Listing | undefined> {
  const bytes = await blobs.get(key);
  return bytes && ((await unpack(bytes)) as Listing);
}

function freshFor({ failed }: Listing): number {
  if (failed.some(({ loading }) => loading)) return partialMs;
  return failed.length > 0 ? incompleteMs : freshMs;
}
