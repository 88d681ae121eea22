import type { PricePoint } from '../../../core/market-data.ts';
import type { Market } from '../../source.ts';
import type { PriceUpdate, StreamHandle } from '../../streams.ts';
import { scalePrice, unitScale } from '../unit-scale.ts';
import { validPrice } from '../validate.ts';
import type { Channel, PriceFields } from './channel.ts';
import { Feed, type FeedContext } from './feed.ts';
import { PriceMemory } from './price-memory.ts';
import { PricePolling } from './price-polling.ts';

/** Every venue sends prices of a busy market within seconds. */
const silenceMs = 30_000;

export type PriceFeedContext = FeedContext & {
  readonly ask: (market: Market) => Promise<PricePoint | undefined>;
};

/** Prices as they are pushed; those of markets that are silent, or whose socket fails, are asked for. */
export function createPriceFeed(
  context: PriceFeedContext,
  channel: Channel<PriceFields>,
  onPrice: (update: PriceUpdate) => void,
): StreamHandle {
  const { clock, random, ask } = context;
  const memory = new PriceMemory();
  const polling = new PricePolling({
    ...{ clock, random, ask },
    isFailing: (market) => feed.isFailing(market),
    onPrice: (market, price) => {
      feed.heard();
      onPrice({ market, price, from: 'poll' });
    },
    onProblem: (problem) => feed.report(problem),
  });

  function checked(market: Market, point: PricePoint): PricePoint {
    const what = `${market.venue} ${market.symbol} price stream`;
    return validPrice(scalePrice(unitScale(market), point), { what, nowMs: clock.nowMs() });
  }

  function hear(market: Market, fields: PriceFields): void {
    const atMs = clock.steadyMs();
    const point = memory.complete(market.symbol, fields, atMs);
    // A last price alone is kept, if it could be a price, for the next mark price.
    const lone = fields.last === undefined ? undefined : { timeMs: fields.timeMs, mark: fields.last };
    const probe = point ?? lone;
    if (!probe) return;
    const price = checked(market, probe);
    memory.keep(market.symbol, fields, atMs);
    if (!point) return;
    polling.heard(market);
    if (memory.isNews(market.symbol, point, atMs)) onPrice({ market, price, from: 'stream' });
  }

  const feed = new Feed<PriceFields>(context, {
    ...{ channel, silenceMs },
    signOfLife: 'events',
    whenFailing: 'polling',
    onEvent: (market, _, fields) => hear(market, fields),
    onCheck: () => polling.check(),
  });
  return {
    watch: (markets) => {
      memory.forgetAllBut(new Set(markets.map(({ symbol }) => symbol)));
      polling.watch(markets);
      feed.watch(markets);
    },
    status: () => feed.status(),
    close: () => {
      polling.watch([]);
      return feed.close();
    },
  };
}
