import type { ListedAccount } from '../../positions.ts';
import type { StreamHandle } from '../../streams.ts';
import { MarketError } from '../market-error.ts';
import type { Channel, TradeFields } from './channel.ts';
import { Feed, type FeedContext } from './feed.ts';

/** Of a coin that hardly trades nothing is heard for minutes: answers to pings are life enough. */
const silenceMs = 65_000;

/** Both sides of every trade, addresses in lower case. What a venue repeats after a new subscription is told again. */
export function createTraderFeed(
  context: FeedContext,
  channel: Channel<TradeFields>,
  onTrader: (trader: ListedAccount) => void,
): StreamHandle {
  return new Feed(context, {
    channel,
    silenceMs,
    signOfLife: 'anything',
    whenFailing: 'down',
    onEvent: (market, _, { addresses, usd }) => {
      if (!(usd > 0) || !addresses.every((address) => /^0x[0-9a-f]{40}$/i.test(address)))
        throw new MarketError('bad-answer', `${market.venue} ${market.symbol}: a trade that makes no sense`);
      for (const address of addresses) onTrader({ address: address.toLowerCase(), usd });
    },
  });
}
