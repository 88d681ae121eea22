import type { ExchangeFetch } from '../exchange-fetch.ts';
import { MarketError } from './market-error.ts';

/**
 * Binance 451: "Service unavailable from a restricted location"; Bybit 403 (CloudFront): "configured to block access
 * from your country"; OKX and others name the region or jurisdiction.
 */
const geoText = /country|region|jurisdiction|restricted location|your location/i;

/** Bybit answers 403 "access too frequent" when an address asks too often (docs/v5/rate-limit). */
const tooOftenText = /too (frequent|many)|rate limit/i;

/** A ban of Binance (418) lasts from 2 minutes to 3 days; the header tells, this holds where it is missing. */
const banMs = 120_000;

/**
 * Turns every HTTP answer that is no data into a `MarketError`: blocked, rate-limited and broken venues, pages of HTML,
 * JSON cut in the middle. Other statuses pass, as venues explain a refusal in a JSON body of a 400 or 404.
 */
export function onlyAnswers(fetch: ExchangeFetch, venue: string): ExchangeFetch {
  return async (url, request) => {
    const response = await fetch(url, request);
    const body = await response.text();
    const problem = statusProblem(venue, response, body);
    if (problem) throw problem;
    if (!isJson(body))
      throw new MarketError('bad-answer', `${venue}: the answer is not JSON (${response.status})`);
    return new Response(body, { status: response.status, headers: { 'content-type': 'application/json' } });
  };
}

function statusProblem(venue: string, response: Response, body: string): MarketError | undefined {
  const { status } = response;
  if (status === 451 || (status === 403 && geoText.test(body))) {
    return new MarketError('geo-blocked', `${venue}: not served from this location (${status})`);
  }
  if (status === 429 || status === 418 || (status === 403 && tooOftenText.test(body))) {
    return rateLimited(venue, response);
  }
  if (status === 403 || status >= 500) {
    return new MarketError('unavailable', `${venue}: unavailable (${status})`);
  }
  return undefined;
}

function rateLimited(venue: string, response: Response): MarketError {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const saidMs = seconds >= 0 ? seconds * 1000 : undefined;
  return new MarketError('rate-limited', `${venue}: asked too often (${response.status})`, {
    retryAfterMs: saidMs ?? (response.status === 418 ? banMs : undefined),
  });
}

function isJson(body: string): boolean {
  try {
    JSON.parse(body);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** The reason behind a venue's own words, where they name a blocked location. */
export function namesBlockedLocation(message: string): boolean {
  return /restrict|prohibit|not available|not supported|block/i.test(message) && geoText.test(message);
}
