/** Something that goes wrong at a venue, and for which requests. */
export type Fault = {
  /** The venue's real host, e.g. `fapi.binance.com`; every host if absent. */
  readonly host?: string;
  /** Tested against path, query, a blank and the body: `/fapi/v1/klines?symbol=BTCUSDT `, `/info {"type":"meta"}`. */
  readonly where?: RegExp;
  /** Only the next so many matching requests; all of them if absent. */
  readonly times?: number;
  readonly effect: FaultEffect;
};

export type FaultEffect =
  /** 429 with the venue's own body and Retry-After. */
  | { readonly kind: 'rate-limited'; readonly retryAfterSeconds: number }
  /** 418: Binance's ban after ignored 429s. */
  | { readonly kind: 'banned'; readonly retryAfterSeconds: number }
  /** 451 with Binance's text, 403 with CloudFront's page at Bybit and the others. */
  | { readonly kind: 'geo-blocked' }
  | { readonly kind: 'server-error'; readonly status: 500 | 502 | 503 | 504 }
  /** A 200 with a page of HTML where JSON is due. */
  | { readonly kind: 'html' }
  /** The right answer, cut in the middle. */
  | { readonly kind: 'truncated' }
  /** The venue's data stopped so long ago: old values with old times. */
  | { readonly kind: 'stale'; readonly byMs: number }
  /** Well-formed answers with values that cannot be. */
  | { readonly kind: 'absurd'; readonly how: 'negative' | 'nan' | 'huge' | 'high-below-low' }
  /** Another market's data under the name asked, or under its own. */
  | { readonly kind: 'other-symbol' }
  /** Never answers; the socket stays open until the exchange closes. */
  | { readonly kind: 'hang' }
  | { readonly kind: 'reset' }
  /** Answers, so much later. */
  | { readonly kind: 'late'; readonly byMs: number }
  /** Answers when the promise resolves. */
  | { readonly kind: 'delay'; readonly until: Promise<void> };
