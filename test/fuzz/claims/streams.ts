import fc from 'fast-check';
import type { Liquidation } from '../../../src/core/market-data.ts';
import { createLiveSources, liveVenues } from '../../../src/market/live/index.ts';
import { createStreams } from '../../../src/market/live/streams/index.ts';
import type { LiquidationEvent, PriceUpdate } from '../../../src/market/streams.ts';
import { fakeSockets } from '../../market/live/streams/fake-sockets.ts';
import { binanceUsdm } from '../../support/exchange/sockets/binance.ts';
import { bitget } from '../../support/exchange/sockets/bitget.ts';
import { bybit } from '../../support/exchange/sockets/bybit.ts';
import type { SocketDialect } from '../../support/exchange/sockets/dialect.ts';
import { gate } from '../../support/exchange/sockets/gate.ts';
import { hyperliquid } from '../../support/exchange/sockets/hyperliquid.ts';
import { okx } from '../../support/exchange/sockets/okx.ts';
import type { WorldMarket } from '../../support/exchange/world.ts';
import { MovedClock, turn } from '../../support/moved-clock.ts';
import { claim, type FuzzArea } from '../claim.ts';
import { requireClean } from '../dirt.ts';
import { hostileText } from '../hostile.ts';
import { mutated, stepsOf, wireText } from '../mutated.ts';
import { createWorldFetch } from '../world-fetch.ts';

const dialects: Readonly<Record<string, SocketDialect>> = {
  binance: binanceUsdm,
  bybit,
  okx,
  gate,
  bitget,
  hyperliquid,
};

/** What venues push, bent, on sockets that stay open. */
export const streams: FuzzArea = {
  name: 'what venues push',
  async open() {
    const opened = await Promise.all(liveVenues.map(openVenue));
    const pushed = fc.record({
      venue: fc.nat(opened.length - 1),
      pick: fc.nat(9),
      steps: fc.oneof({ weight: 9, arbitrary: stepsOf }, { weight: 1, arbitrary: fc.constant([]) }),
      instead: fc.option(hostileText, { freq: 20 }),
    });
    return {
      claims: [
        claim(
          'a pushed message is sound events, nothing, or counted as garbage',
          15_000,
          pushed,
          async ({ venue: at, pick, steps, instead }) => {
            const venue = opened[at]!;
            const text = venue.messages[pick % venue.messages.length]!;
            venue.heard.length = 0;
            venue.say(read(instead ?? wireText(mutated(JSON.parse(text), steps))));
            for (const event of venue.heard) requireClean(event);
          },
        ),
      ],
      close: async () => {
        await Promise.all(opened.map((venue) => venue.close()));
      },
    };
  },
};

async function openVenue(name: string) {
  const clock = new MovedClock();
  const { world, fetch } = createWorldFetch(clock.nowMs());
  const dialect = dialects[name]!;
  const [source] = createLiveSources({ venues: [name], fetch, nowMs: clock.nowMs, paced: false });
  const listing = await listingOf(source!);
  const sockets = fakeSockets();
  const made = createStreams({
    venue: name,
    source: source!,
    findListing: listing.find,
    openSocket: () => sockets.open,
    clock,
    random: () => 0,
    onProblem: () => undefined,
  });
  const heard: unknown[] = [];
  const onPrice = ({ price }: PriceUpdate) => void heard.push(price);
  const onLiquidation = ({ liquidation }: LiquidationEvent) => void heard.push(liquidation);
  made.watchPrices([listing.market], onPrice);
  made.watchLiquidations([listing.market], onLiquidation);
  await turn();
  for (const socket of sockets.sockets) socket.open();
  const truth = world.markets[dialect.venue].find(({ symbol }) => symbol === listing.market.symbol)!;
  return {
    heard,
    messages: messagesOf(dialect, truth, clock.nowMs()),
    say: (message: unknown) => {
      for (const socket of sockets.sockets) socket.say(message);
    },
    close: async () => {
      await made.close();
      await source!.close();
    },
  };
}

async function listingOf(source: ReturnType<typeof createLiveSources>[number]) {
  const market = (await source.markets()).find(
    ({ base, contract, kind }) => base === 'BTC' && contract === 'linear' && kind === 'perpetual',
  )!;
  const find = (source as unknown as { listingOf: Parameters<typeof createStreams>[0]['findListing'] })
    .listingOf;
  return { market, find };
}

function messagesOf(dialect: SocketDialect, market: WorldMarket, nowMs: number): readonly string[] {
  const { mark, last } = market.series.price(nowMs);
  const event: Liquidation = {
    timeMs: nowMs - 500,
    liquidatedSide: 'long',
    price: mark,
    priceKind: 'fill',
    size: 1,
    usd: mark,
  };
  const events = [event, { ...event, liquidatedSide: 'short' as const, size: 2, usd: 2 * mark }];
  return [
    ...dialect.price(market, { mark, last }, nowMs),
    ...dialect.liquidations(market, events, nowMs),
  ].map(({ text }) => text);
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The client hands over what is no JSON as it came.
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
