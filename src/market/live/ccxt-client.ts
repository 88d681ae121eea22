import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Exchange, MarketInterface } from 'ccxt';
import type { Contract } from '../../core/market-data.ts';
import { errorText } from '../../errors.ts';
import type { ExchangeFetch } from '../exchange-fetch.ts';
import { namesBlockedLocation } from './http-answer.ts';
import { MarketError } from './market-error.ts';
import type { Retry } from './retry.ts';
import { type OpenSocket, socketAddress } from './sockets.ts';
import { type CcxtSocket, connectCcxtSocket } from './streams/ccxt-socket.ts';
import { createTunnelAgent } from './streams/tunnel-agent.ts';

/**
 * The only file that knows ccxt. ccxt lists the markets, names them, builds and paces the requests and sorts the
 * venues' error codes; the venue files read the answers themselves, as ccxt's parsed values carry other units from
 * venue to venue.
 */

type CcxtModule = typeof import('ccxt').default;
type CcxtErrors = Pick<
  CcxtModule,
  'BaseError' | 'RateLimitExceeded' | 'DDoSProtection' | 'NetworkError' | 'BadResponse' | 'NullResponse'
>;

export type CcxtId = 'binanceusdm' | 'binancecoinm' | 'bybit' | 'okx' | 'gate' | 'bitget' | 'hyperliquid';

/** A contract that trades now, linear or inverse, quoted in USD or a stablecoin of it. */
export type ContractRow = {
  readonly id: string;
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly settle: string;
  readonly contract: Contract;
  readonly kind: 'perpetual' | 'future';
  readonly expiryMs?: number;
  readonly contractSize: number;
  readonly maxLeverage?: number;
  /** The venue's own row. */
  readonly row: unknown;
};

export interface CcxtClient {
  readonly id: CcxtId;
  contracts(): Promise<readonly ContractRow[]>;
  /** One request by the name ccxt gives the endpoint (`fapiPublicGetKlines`); resolves to the JSON as sent. */
  call(endpoint: string, params?: Readonly<Record<string, unknown>>, how?: { attempts: 1 }): Promise<unknown>;
  /** One GET of an address that ccxt does not know. */
  get(url: string, how?: { attempts?: 1; timeoutMs?: number }): Promise<unknown>;
  /** One WebSocket connection to a venue's real address, which a mirror or a proxy may stand in for. */
  readonly openSocket: OpenSocket;
  close(): Promise<void>;
}

export type CcxtClientOptions = {
  readonly id: CcxtId;
  /** Name for messages. */
  readonly venue: string;
  readonly fetch: ExchangeFetch;
  readonly retry: Retry;
  readonly apiUrl?: string | undefined;
  /** For sockets; requests go through `fetch`. */
  readonly proxyUrl?: string | undefined;
  readonly paced: boolean;
  /** Told of every request how long it was held back. */
  readonly onWait?: ((ms: number) => void) | undefined;
};

type Setup = {
  /** Kinds of markets that ccxt is to list: no spot, no options, no demo trading. */
  readonly types: readonly string[];
  /**
   * Whether requests may come in a burst, up to what ccxt would pace over a minute: where the venue itself counts
   * weight per minute (Binance, Hyperliquid) or allows ccxt's minute in 5 s (Bybit: 600 requests). The others count
   * by the second or two.
   */
  readonly bursts: boolean;
};

const setups: Readonly<Record<CcxtId, Setup>> = {
  binanceusdm: { types: ['linear'], bursts: true },
  binancecoinm: { types: ['inverse'], bursts: true },
  bybit: { types: ['linear', 'inverse'], bursts: true },
  okx: { types: ['swap', 'future'], bursts: false },
  gate: { types: ['swap', 'future'], bursts: false },
  bitget: { types: ['swap'], bursts: false },
  hyperliquid: { types: ['swap'], bursts: true },
};

/** ccxt's own deadline ends with the headers; ours, in `exchange-fetch.ts`, covers the body and comes first. */
const neverMs = 600_000;

/** Opens one ccxt instance, on the first request: importing its class takes up to half a second. */
export function createCcxtClient(options: CcxtClientOptions): CcxtClient {
  const { id, venue, fetch, retry } = options;
  let opening: Promise<Opened> | undefined;
  const opened = () => {
    opening ??= open(options);
    return opening;
  };
  const ask = async <T>(request: (exchange: Exchange) => Promise<T>, attempts?: 1): Promise<T> => {
    const { errors, exchange } = await opened();
    return retry(() => request(exchange).catch((error: unknown) => rethrow(errors, venue, error)), attempts);
  };

  return {
    id,
    contracts: () => ask(async (exchange) => contractRows(await exchange.loadMarkets(true), venue)),
    call: (endpoint, params = {}, how) =>
      ask((exchange) => endpointOf(exchange, endpoint)({ ...params }), how?.attempts),
    get: (url, { attempts, timeoutMs } = {}) =>
      retry(async () => (await fetch(url, { timeoutMs })).json(), attempts),
    openSocket: async (url, events) => {
      const address = socketAddress(url, options.apiUrl);
      const { exchange } = await opened();
      return connectCcxtSocket(socketOf(exchange, address.url), address.headers, events);
    },
    close: async () => {
      if (opening) await (await opening).exchange.close();
    },
  };
}

type Opened = { readonly errors: CcxtErrors; readonly exchange: Exchange };

async function open({ id, fetch, proxyUrl, paced, onWait }: CcxtClientOptions): Promise<Opened> {
  const [{ default: ProExchange }, errors] = await loadClass(id);
  const { types, bursts } = setups[id];
  const exchange: Exchange = new ProExchange({
    enableRateLimit: paced,
    timeout: neverMs,
    fetchImplementation: fetch,
    // Both settings are needed: the window is 0, and so the bucket leaks, unless it is named here.
    ...(bursts && { rateLimiterAlgorithm: 'rollingWindow', rollingWindowSize: 60_000 }),
  });
  exchange.options['fetchMarkets'] = { ...exchange.options['fetchMarkets'], types };
  // Currencies cost a request (Gate, Bitget, Hyperliquid) and say nothing about contracts.
  exchange.has['fetchCurrencies'] = false;
  if (id === 'bitget') skipDemoMarkets(exchange);
  if (id === 'bybit') endPages(exchange);
  boundPrecision(exchange);
  if (onWait) tellWaits(exchange, onWait);
  // Without an agent ccxt refuses addresses that begin with ws://.
  await exchange.loadHttpProxyAgent();
  if (proxyUrl !== undefined) {
    exchange.agent = createTunnelAgent(proxyUrl, { encrypt: true });
    exchange.httpAgent = createTunnelAgent(proxyUrl, { encrypt: false });
  }
  return { errors, exchange };
}

/**
 * ccxt's entry imports all of its hundred exchanges: from source a second and 80 MB more than the seven classes that are
 * used. They are no public paths of the package; its version is exact, and the tests open every class.
 */
async function loadClass(id: CcxtId): Promise<[{ readonly default: CcxtModule['pro'][CcxtId] }, CcxtErrors]> {
  const folder = new URL('../js/src/', pathToFileURL(createRequire(import.meta.url).resolve('ccxt')));
  return Promise.all([
    import(new URL(`pro/${id}.js`, folder).href),
    import(new URL('base/errors.js', folder).href),
  ]);
}

/** ccxt lists Bitget's three demo products (`SUSDT-FUTURES`, ...) along with the real ones. */
function skipDemoMarkets(exchange: Exchange): void {
  const endpoints = exchange as unknown as Record<string, Endpoint>;
  const name = 'publicMixGetV2MixMarketContracts';
  const ask = endpointOf(exchange, name);
  endpoints[name] = async (params) =>
    String(params['productType']).startsWith('S') ? { data: [] } : ask(params);
}

/** Prices and sizes have some twenty digits at most. */
const mostDigits = 40;

/** ccxt writes out as many zeros as a venue says that there are digits: a garbled number of them would fill the memory. */
function boundPrecision(exchange: Exchange): void {
  const parse = exchange.parsePrecision.bind(exchange);
  exchange.parsePrecision = (digits) => (Math.abs(Number(digits)) <= mostDigits ? parse(digits) : undefined);
}

/** Of up to 1,000 markets each. */
const mostPages = 50;

/** ccxt follows Bybit's cursor as long as it gets one: a venue that hands out pages for ever must not keep us. */
function endPages(exchange: Exchange): void {
  const endpoints = exchange as unknown as Record<string, Endpoint>;
  const name = 'publicGetV5MarketInstrumentsInfo';
  const ask = endpointOf(exchange, name);
  let pages = 0;
  endpoints[name] = async (params) => {
    pages = params['cursor'] === undefined ? 0 : pages + 1;
    if (pages > mostPages) throw new MarketError('bad-answer', 'bybit: the list of markets has no end');
    return ask(params);
  };
}

/** ccxt awaits `throttle` before each request. */
function tellWaits(exchange: Exchange, onWait: (ms: number) => void): void {
  const throttle = exchange.throttle.bind(exchange);
  exchange.throttle = async (cost) => {
    const startMs = performance.now();
    await throttle(cost);
    onWait(performance.now() - startMs);
  };
}

/** A fresh client for one connection: ccxt would share it between all that name the address, and close it by itself. */
function socketOf(exchange: Exchange, url: string): CcxtSocket {
  const client = exchange.client(url);
  delete exchange.clients[url];
  return client as unknown as CcxtSocket;
}

type Endpoint = (params: Record<string, unknown>) => Promise<unknown>;

function endpointOf(exchange: Exchange, name: string): Endpoint {
  const endpoint = (exchange as unknown as Record<string, Endpoint | undefined>)[name];
  if (endpoint === undefined) throw new TypeError(`ccxt ${exchange.id} has no endpoint ${name}`);
  return endpoint.bind(exchange);
}

function contractRows(markets: Record<string, MarketInterface | undefined>, venue: string): ContractRow[] {
  const rows = Object.values(markets).flatMap((market) => (market === undefined ? [] : contractRow(market)));
  if (rows.length === 0) throw new MarketError('bad-answer', `${venue}: lists no contracts`);
  return rows;
}

function contractRow(market: MarketInterface): ContractRow[] {
  const { id, symbol, base, quote, settle, contractSize, expiry } = market;
  if (!id || !symbol || !base || !quote || !settle || !contractSize) return [];
  if (!(market.swap || market.future) || market.active === false) return [];
  if (!quote.includes('USD') || (settle !== quote && settle !== base)) return [];
  const maxLeverage = market.limits?.leverage?.max;
  return [
    {
      id,
      symbol,
      base,
      quote,
      settle,
      contract: settle === quote ? 'linear' : 'inverse',
      kind: market.swap ? 'perpetual' : 'future',
      ...(expiry && { expiryMs: expiry }),
      contractSize,
      ...(maxLeverage && { maxLeverage }),
      row: market.info,
    },
  ];
}

/**
 * ccxt's classes of errors as our five reasons. Errors of our own fetch come through ccxt as they are; one of another
 * kind is ccxt stumbling over an answer it did not expect.
 */
function rethrow(errors: CcxtErrors, venue: string, error: unknown): never {
  if (error instanceof MarketError) throw error;
  if (!(error instanceof errors.BaseError)) {
    throw new MarketError('bad-answer', `${venue}: bad-answer (not as its library expects it)`, {
      cause: error,
    });
  }
  const reason = reasonOf(errors, error);
  const words = wordsOf(errorText(error));
  throw new MarketError(reason, `${venue}: ${reason}${words && ` (${words})`}`, { cause: error });
}

/** ccxt puts the name of its class before the venue's own answer; of one in JSON people are shown its message only. */
function wordsOf(message: string): string {
  const words = message.replace(/^[a-z]+ /, '');
  const said = words.includes('{') ? (/"(?:retMsg|msg|message)":"([^"]+)"/.exec(words)?.[1] ?? '') : words;
  return said.slice(0, 160);
}

function reasonOf(errors: CcxtErrors, error: Error): MarketError['reason'] {
  if (namesBlockedLocation(error.message)) return 'geo-blocked';
  if (error instanceof errors.RateLimitExceeded || error instanceof errors.DDoSProtection)
    return 'rate-limited';
  if (error instanceof errors.NetworkError) return 'unavailable';
  if (error instanceof errors.BadResponse || error instanceof errors.NullResponse) return 'bad-answer';
  return 'refused';
}
