import type { MarketSource } from '../../source.ts';
import type { MarketStreams, StreamHandle } from '../../streams.ts';
import type { VenueChannels } from './channel.ts';
import type { FeedContext } from './feed.ts';
import { createLiquidationFeed } from './liquidation-feed.ts';
import { createPriceFeed } from './price-feed.ts';
import { createTraderFeed } from './trader-feed.ts';
import { binanceChannels } from './venues/binance.ts';
import { bitgetChannels } from './venues/bitget.ts';
import { bybitChannels } from './venues/bybit.ts';
import { gateChannels } from './venues/gate.ts';
import { hyperliquidChannels } from './venues/hyperliquid.ts';
import { okxChannels } from './venues/okx.ts';

const channels: Readonly<Record<string, VenueChannels>> = {
  binance: binanceChannels,
  bybit: bybitChannels,
  okx: okxChannels,
  gate: gateChannels,
  bitget: bitgetChannels,
  hyperliquid: hyperliquidChannels,
};

/** The streams of one venue, which asks `source` for prices that are not pushed. Nothing is opened before the first call. */
export function createStreams(
  context: FeedContext & { readonly source: Pick<MarketSource, 'price'> },
): MarketStreams {
  const { venue, source } = context;
  const channel = channels[venue];
  if (!channel) throw new RangeError(`no streams of ${JSON.stringify(venue)} are known`);
  let handles: readonly StreamHandle[] = [];
  const keep = (handle: StreamHandle): StreamHandle => {
    handles = [...handles.filter((each) => each.status().state !== 'closed'), handle];
    return handle;
  };
  return {
    venue,
    watchPrices(markets, onPrice) {
      const ask = (market: Parameters<typeof source.price>[0]) => source.price(market);
      const handle = keep(createPriceFeed({ ...context, ask }, channel.prices, onPrice));
      handle.watch(markets);
      return handle;
    },
    watchLiquidations(markets, onLiquidation) {
      if (!channel.liquidations) return undefined;
      const handle = keep(createLiquidationFeed(context, channel.liquidations, onLiquidation));
      handle.watch(markets);
      return handle;
    },
    watchTraders(markets, onTrader) {
      if (!channel.trades) return undefined;
      const handle = keep(createTraderFeed(context, channel.trades, onTrader));
      handle.watch(markets);
      return handle;
    },
    close: async () => {
      await Promise.all(handles.map((handle) => handle.close()));
    },
  };
}
