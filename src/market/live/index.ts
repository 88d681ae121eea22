import { UserError } from '../../errors.ts';
import { type Clock, systemClock } from '../clock.ts';
import { createExchangeFetch, type ExchangeFetch } from '../exchange-fetch.ts';
import type { PositionSource } from '../positions.ts';
import type { MarketSource } from '../source.ts';
import type { MarketStreams } from '../streams.ts';
import { type CcxtClient, type CcxtId, createCcxtClient } from './ccxt-client.ts';
import { onlyAnswers } from './http-answer.ts';
import type { Venue, VenueContext } from './listing.ts';
import { createLiveSource } from './live-source.ts';
import { createPositionSource } from './position-source.ts';
import { createRetry, type Sleep } from './retry.ts';
import { createStreams } from './streams/index.ts';
import { createBinance } from './venues/binance.ts';
import { createBitget } from './venues/bitget.ts';
import { createBybit } from './venues/bybit.ts';
import { createGate } from './venues/gate.ts';
import { createHyperliquid } from './venues/hyperliquid.ts';
import { createOkx } from './venues/okx.ts';

const venues: Readonly<Record<string, (context: VenueContext) => Venue>> = {
  binance: createBinance,
  bybit: createBybit,
  okx: createOkx,
  gate: createGate,
  bitget: createBitget,
  hyperliquid: createHyperliquid,
};

export const liveVenues: readonly string[] = Object.keys(venues);

export type LiveOptions = {
  /** Names from `liveVenues`. */
  readonly venues: readonly string[];
  /** Base URL that stands in for every venue: a mirror, or a loopback exchange in tests. */
  readonly apiUrl?: string | undefined;
  /** HTTP proxy, for people whose country a venue does not serve. */
  readonly proxyUrl?: string | undefined;
  readonly nowMs?: () => number;
  /** For one request, until the last byte of its answer; 15 s if absent. */
  readonly timeoutMs?: number | undefined;
  /** Whether requests are spaced as the venues ask; false only before an exchange that nobody else uses. */
  readonly paced?: boolean;
  /** Waits between attempts; tests pass one that does not wait. */
  readonly sleep?: Sleep;
  /** Replaces the network for requests, `apiUrl`, `proxyUrl` and `timeoutMs` included. */
  readonly fetch?: ExchangeFetch;
  /** Timers of the streams; `nowMs` is left to the option of that name. */
  readonly clock?: Omit<Clock, 'nowMs'>;
  /** From 0 up to 1, for the spread of reconnects. */
  readonly random?: () => number;
  /** Told how many rows of a venue's answer made no sense and were left out. */
  readonly onRefused?: (venue: string, rows: number) => void;
  /** Told what goes wrong with a venue's streams, in words for the log; everything recovers by itself. */
  readonly onProblem?: (venue: string, problem: string) => void;
  /** Told how long each request was held back so that we stay below the venue's limits. */
  readonly onWait?: (venue: string, ms: number) => void;
};

/** A venue's answers, what it pushes, and everybody's positions where it shows them. */
export type LiveVenue = {
  readonly source: MarketSource;
  readonly streams: MarketStreams;
  readonly positions?: PositionSource;
};

/**
 * Live market data of the venues named, one source each, in the order given. Nothing is asked before the first call.
 * Needs no keys. @throws UserError for a venue that is not known.
 */
export function createLiveSources(options: LiveOptions): MarketSource[] {
  return createLiveVenues(options).map(({ source }) => source);
}

/**
 * Like `createLiveSources`, each with the streams of its venue; they share its list of markets. Closing a source closes
 * its streams first.
 */
export function createLiveVenues(options: LiveOptions): LiveVenue[] {
  return options.venues.map((name) => createVenue(name, options));
}

function createVenue(name: string, options: LiveOptions): LiveVenue {
  const create = Object.hasOwn(venues, name) ? venues[name] : undefined;
  if (!create) {
    throw new UserError(`There is no venue "${name}". Known venues: ${liveVenues.join(', ')}.`);
  }
  const nowMs = options.nowMs ?? Date.now;
  const network = options.fetch ? undefined : createExchangeFetch(options);
  const fetch = onlyAnswers(options.fetch ?? network!.fetch, name);
  const clients = new Map<CcxtId, CcxtClient>();
  const { apiUrl, proxyUrl, paced = true } = options;
  const onWait = (ms: number) => options.onWait?.(name, ms);
  const client: VenueContext['client'] = (id) => {
    // The hosts of a venue's classes (fapi and dapi of Binance) limit requests apart, so each has its own rest.
    const retry = createRetry({ sleep: options.sleep ?? sleep, nowMs });
    const made = createCcxtClient({ id, venue: name, fetch, retry, apiUrl, proxyUrl, paced, onWait });
    clients.set(id, made);
    return made;
  };
  const venue = create({ client, nowMs });
  const close = async () => {
    // Requests are broken off first: what waits for them has work to do with each answer.
    await Promise.all([network?.close(), streams.close()]);
    await Promise.all([...clients.values()].map((each) => each.close()));
  };
  const onRefused = (rows: number) => options.onRefused?.(name, rows);
  const source = createLiveSource({ venue, nowMs, close, onRefused });
  const streams = createStreams({
    venue: name,
    source,
    findListing: source.listingOf,
    openSocket: (id) => clients.get(id)!.openSocket,
    clock: { ...systemClock, ...options.clock, nowMs },
    random: options.random ?? Math.random,
    onProblem: (problem) => options.onProblem?.(name, problem),
  });
  const { accounts } = venue;
  const positions = accounts && createPositionSource({ venue: name, accounts, source, nowMs, onRefused });
  return { source, streams, ...(positions && { positions }) };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
