import { Agent, ProxyAgent, fetch as undiciFetch } from 'undici';
import { MarketError } from './live/market-error.ts';

export type ExchangeRequest = {
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
  /** In place of the deadline that holds for all, for an answer of many megabytes. */
  readonly timeoutMs?: number | undefined;
};

/** Like `fetch`, for venues only; the answer's body has arrived in full when the promise resolves. */
export type ExchangeFetch = (url: string, request?: ExchangeRequest) => Promise<Response>;

export type ExchangeFetchOptions = {
  /** Base that stands in for every venue; the path and query of the venue's URL are kept. */
  readonly apiUrl?: string | undefined;
  /** HTTP proxy for people whose country a venue does not serve. */
  readonly proxyUrl?: string | undefined;
  /** Until the last byte of the answer. */
  readonly timeoutMs?: number | undefined;
};

export const originalHostHeader = 'x-original-host';

const defaultTimeoutMs = 15_000;

/**
 * The one way to a venue over HTTP: whoever asks, with whatever library, asks through this function, so a mirror,
 * a proxy and the deadline hold for all. Rejects with a `MarketError` (`unavailable`) when there is no complete
 * answer in time; every HTTP status is an answer. `close` breaks off whatever is under way.
 */
export function createExchangeFetch(options: ExchangeFetchOptions = {}): {
  readonly fetch: ExchangeFetch;
  close(): Promise<void>;
} {
  const dispatcher = options.proxyUrl === undefined ? new Agent() : new ProxyAgent(options.proxyUrl);
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  const fetch: ExchangeFetch = async (url, request = {}) => {
    const venueUrl = new URL(url);
    const deadlineMs = request.timeoutMs ?? timeoutMs;
    try {
      const answer = await undiciFetch(redirectUrl(venueUrl, options.apiUrl), {
        method: request.method ?? 'GET',
        headers: { ...request.headers, ...redirectHeaders(venueUrl, options.apiUrl) },
        body: request.body ?? null,
        redirect: 'error',
        signal: AbortSignal.timeout(deadlineMs),
        dispatcher,
      });
      // Read here: a body that stops half-way must run into the same deadline as the headers.
      const body = await answer.text();
      return new Response(bodyAllowed(answer.status) ? body : null, {
        status: answer.status,
        statusText: answer.statusText,
        headers: [...answer.headers],
      });
    } catch (error) {
      throw unavailable(venueUrl.host, deadlineMs, error);
    }
  };
  return { fetch, close: () => dispatcher.destroy() };
}

/** `https://fapi.binance.com/fapi/v1/time?x=1` with base `http://127.0.0.1:1` is `http://127.0.0.1:1/fapi/v1/time?x=1`. */
function redirectUrl(venueUrl: URL, apiUrl: string | undefined): string {
  if (apiUrl === undefined) return venueUrl.href;
  return apiUrl.replace(/\/+$/, '') + venueUrl.pathname + venueUrl.search;
}

/** Tells the mirror which venue was meant, as paths of venues overlap. */
export function redirectHeaders(venueUrl: URL, apiUrl: string | undefined): Record<string, string> {
  return apiUrl === undefined ? {} : { [originalHostHeader]: venueUrl.host };
}

/** The socket URL that goes where HTTP requests go: `wss://stream.venue.com/v5` becomes `ws://BASE/v5`. */
export function redirectSocketUrl(url: string, apiUrl: string): string {
  return redirectUrl(new URL(url), apiUrl.replace(/^http/, 'ws'));
}

function bodyAllowed(status: number): boolean {
  return status !== 204 && status !== 304;
}

function unavailable(host: string, timeoutMs: number, error: unknown): MarketError {
  if (error instanceof Error && error.name === 'TimeoutError') {
    return new MarketError('unavailable', `${host}: no answer within ${timeoutMs / 1000} s`, {
      cause: error,
    });
  }
  return new MarketError('unavailable', `${host}: no connection (${rootCause(error)})`, { cause: error });
}

/** undici wraps what happened ("ECONNREFUSED") into "fetch failed". */
function rootCause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return rootCause(error.cause);
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' ? code : error.message;
}
