import fc from 'fast-check';
import { mapChart } from '../../../renderers/map/chart.ts';
import { mapText } from '../../../renderers/map/text.ts';
import { themes } from '../../../renderers/theme.ts';
import { findClusters } from '../../../src/core/clusters.ts';
import type { MarginRules } from '../../../src/core/market-data.ts';
import { wideWeights } from '../../../src/core/weights.ts';
import { mapJson } from '../../../src/map-json.ts';
import { createLiveSources, liveVenues } from '../../../src/market/live/index.ts';
import { MarketError } from '../../../src/market/live/market-error.ts';
import { type Market, type MarketSource, timeframeMs } from '../../../src/market/source.ts';
import { MapService } from '../../../src/service.ts';
import { claim, type FuzzArea } from '../claim.ts';
import { requireClean } from '../dirt.ts';
import { mutated, stepsOf, wireText } from '../mutated.ts';
import { answerOrRefusal } from '../refusal.ts';
import { createWorldFetch, honest, type Sent } from '../world-fetch.ts';

const nowMs = Date.UTC(2026, 9, 20, 12, 34, 56);
const hourMs = 3_600_000;
const range = { fromMs: nowMs - 30 * hourMs, toMs: nowMs };

type Steps = Parameters<typeof mutated>[1];
/** What is done to the text of an answer that is JSON already. */
type Garble = { readonly kind: 'none' | 'cut' | 'html' | 'empty' | 'bom' | 'twice'; readonly status: number };

/** No 418 and no 429: a source that was told to stay away asks nothing more, and the clock stands still. */
const garble: fc.Arbitrary<Garble> = fc.record({
  kind: fc.oneof(
    { weight: 12, arbitrary: fc.constant('none' as const) },
    { weight: 1, arbitrary: fc.constantFrom('cut', 'html', 'empty', 'bom', 'twice') },
  ),
  status: fc.oneof(
    { weight: 20, arbitrary: fc.constant(200) },
    { weight: 1, arbitrary: fc.constantFrom(204, 400, 404, 403, 451, 500, 503) },
  ),
});

const asks: Readonly<Record<string, (source: MarketSource, market: Market) => Promise<unknown>>> = {
  lastCandles: (source, market) => source.candles(market, { ...range, timeframe: '1h', price: 'last' }),
  markCandles: (source, market) => source.candles(market, { ...range, timeframe: '1h', price: 'mark' }),
  openInterest: (source, market) => source.openInterest(market),
  openInterestHistory: (source, market) => source.openInterestHistory(market, { ...range, timeframe: '1h' }),
  funding: (source, market) => source.funding(market, range),
  marginRules: (source, market) => source.marginRules(market),
  price: (source, market) => source.price(market),
  orderBook: (source, market) => source.orderBook(market),
};

/** Answers of all venues in their own formats, bent on the way to the real ccxt. */
export const venues: FuzzArea = {
  name: 'what venues answer',
  async open() {
    const opened = await Promise.all(liveVenues.map(openVenue));
    const drawn = fc.record({
      name: fc.constantFrom(...liveVenues),
      pick: fc.nat(99),
      ask: fc.constantFrom(...Object.keys(asks)),
      steps: stepsOf,
      garble,
    });
    const listed = fc.record({ name: fc.constantFrom(...liveVenues), steps: stepsOf, garble });
    return {
      claims: [
        claim(
          'data of a market are sound, not there, or refused with a reason',
          8_000,
          drawn,
          async (one) => {
            const { name, pick, ask, steps, garble: how } = one;
            const venue = opened[liveVenues.indexOf(name)]!;
            const market = venue.markets[pick % venue.markets.length]!;
            venue.wire.bend = (json) => bent(json, steps, how);
            const got = await answerOrRefusal(() => asks[ask]!(venue.source, market), isMarketError);
            if ('refusal' in got) return;
            requireClean(withOpenEnd(got.answer));
            if (ask.endsWith('Candles')) requireCandles(got.answer);
          },
        ),
        claim(
          'a list of markets is sound or refused with a reason',
          300,
          listed,
          async ({ name, steps, garble: how }) => {
            const { source, wire } = venueOf(name);
            wire.bend = (json) => bent(json, steps, how);
            const got = await answerOrRefusal(() => source.markets(), isMarketError);
            await source.close();
            if ('refusal' in got) return;
            for (const market of got.answer) {
              if (!(market.multiplier > 0 && market.base !== '')) throw new Error(JSON.stringify(market));
            }
          },
        ),
        claim(
          'a map that one venue lied to is clean, in picture, words and JSON, or names it',
          30,
          drawn,
          async (one) => {
            const { name: liar, steps, garble: how } = one;
            const venue = opened[liveVenues.indexOf(liar)]!;
            const bentAsk = one.pick;
            let calls = 0;
            venue.wire.bend = (json) => (calls++ % 4 === bentAsk % 4 ? bent(json, steps, how) : honest(json));
            const other = opened.find((one) => one !== venue)!;
            other.wire.bend = honest;
            const service = new MapService({
              sources: [venue.source, other.source],
              weights: wideWeights,
              nowMs: () => nowMs,
            });
            const { map, clusters } = await service.map({ symbol: 'BTC', window: '24h' });
            if (!map.venues.some(({ venue: name, included }) => name === other.source.venue && included)) {
              throw new Error('the honest venue is missing');
            }
            const { data, params } = mapChart({ map, clusters, theme: themes.dark });
            requireClean([data, params, mapText(map, clusters)]);
            requireClean(JSON.parse(JSON.stringify(mapJson(map, clusters))));
            requireClean(findClusters(map));
          },
        ),
      ],
    };
  },
};

/** A live source whose network is the loopback exchange's own handlers, called in place. */
function venueOf(name: string) {
  const { fetch, wire } = createWorldFetch(nowMs);
  const [source] = createLiveSources({
    venues: [name],
    fetch,
    nowMs: () => nowMs,
    sleep: async () => undefined,
    paced: false,
  });
  return { source: source!, wire };
}

async function openVenue(name: string) {
  const venue = venueOf(name);
  const wanted = ['BTC', 'PEPE'];
  const markets = (await venue.source.markets()).filter(
    ({ base, kind }) => wanted.includes(base) && kind === 'perpetual',
  );
  return { ...venue, markets };
}

function bent(json: unknown, steps: Steps, { kind, status }: Garble): Sent {
  const text = wireText(mutated(json, steps));
  const garbled = {
    none: text,
    cut: text.slice(0, text.length >> 1),
    html: '<html><body>Just a moment...</body></html>',
    empty: '',
    bom: `\ufeff${text}`,
    twice: text + text,
  }[kind];
  return { text: garbled, status };
}

function isMarketError(error: unknown): boolean {
  return error instanceof MarketError;
}

/** The last tier of a ladder has no upper end, and says so by infinity. */
function withOpenEnd(answer: unknown): unknown {
  const { tiers, ...rest } = (answer ?? {}) as Partial<MarginRules>;
  if (!tiers || tiers.at(-1)?.cap !== Number.POSITIVE_INFINITY) return answer;
  return { ...rest, tiers: tiers.with(-1, { ...tiers.at(-1)!, cap: 0 }) };
}

function requireCandles(answer: unknown): void {
  let before = 0;
  for (const candle of (answer ?? []) as readonly Record<string, number>[]) {
    const { openMs = 0, open = 0, high = 0, low = 0, close = 0, volume = -1 } = candle;
    const isSound = openMs > before && openMs % timeframeMs['1h'] === 0 && low > 0 && volume >= 0;
    if (!isSound || high < Math.max(open, close) || low > Math.min(open, close))
      throw new Error(JSON.stringify(candle));
    before = openMs;
  }
}
