import { createLiveVenues, type LiveOptions } from '../../../../src/market/live/index.ts';
import type { Market, MarketSource } from '../../../../src/market/source.ts';
import type { LiquidationEvent, MarketStreams, PriceUpdate } from '../../../../src/market/streams.ts';
import { type LoopbackExchange, startLoopbackExchange } from '../../../support/exchange/server.ts';
import { smallWorld } from '../../../support/exchange/small-world.ts';
import type { World } from '../../../support/exchange/world.ts';
import { MovedClock, until } from '../../../support/moved-clock.ts';

export type StreamedVenue = {
  readonly source: MarketSource;
  readonly streams: MarketStreams;
  readonly exchange: LoopbackExchange;
  readonly world: World;
  readonly clock: MovedClock;
  readonly prices: PriceUpdate[];
  readonly liquidations: LiquidationEvent[];
  readonly problems: string[];
  /** The venue's listings of these unified symbols. */
  markets(...symbols: string[]): Promise<Market[]>;
  /** Waits until so many topics are subscribed on the open connections. */
  subscribed(topics: number): Promise<void>;
  close(): Promise<void>;
};

/** The streams of one venue before a loopback exchange, on a clock that the test moves. */
export async function openStreams(venue: string, options: Partial<LiveOptions> = {}): Promise<StreamedVenue> {
  const clock = new MovedClock();
  const world = smallWorld({ nowMs: clock.nowMs() });
  const exchange = await startLoopbackExchange({ world, nowMs: clock.nowMs });
  const problems: string[] = [];
  const [opened] = createLiveVenues({
    venues: [venue],
    apiUrl: exchange.url,
    nowMs: clock.nowMs,
    clock,
    random: () => 0,
    sleep: async () => undefined,
    paced: false,
    onProblem: (_, problem) => problems.push(problem),
    ...options,
  });
  if (!opened) throw new Error(`no streams of ${venue}`);
  const topics = () =>
    exchange.sockets.connections().reduce((sum, connection) => sum + connection.topics.size, 0);
  return {
    ...opened,
    ...{ exchange, world, clock, problems },
    prices: [],
    liquidations: [],
    async markets(...symbols) {
      const listed = await opened.source.markets();
      return symbols.map((symbol) => {
        const found = listed.find((market) => market.symbol === symbol);
        if (!found) throw new Error(`${venue} lists no ${symbol}`);
        return found;
      });
    },
    subscribed: (count) => until(() => topics() === count, `${count} topics are subscribed`),
    async close() {
      await opened.source.close();
      await exchange.close();
    },
  };
}
