import type { Liquidation } from '../../../core/market-data.ts';
import type { Market } from '../../source.ts';
import type { LiquidationEvent, StreamHandle } from '../../streams.ts';
import { scaleLiquidation, unitScale } from '../unit-scale.ts';
import { validLiquidations } from '../validate.ts';
import type { Channel } from './channel.ts';
import { Feed, type FeedContext } from './feed.ts';
import { HeardBefore } from './heard-before.ts';

/** Nobody may be liquidated for hours: answers to pings are life enough, and three missed ones are death. */
const silenceMs = 65_000;

/** Every liquidation once, even if the venue tells it again. */
export function createLiquidationFeed(
  context: FeedContext,
  channel: Channel<Liquidation>,
  onLiquidation: (event: LiquidationEvent) => void,
): StreamHandle {
  const heard = new HeardBefore();
  return new Feed(context, {
    channel,
    silenceMs,
    signOfLife: 'anything',
    whenFailing: 'down',
    onMessage: () => heard.startMessage(),
    onEvent: (market, _, event) => {
      const what = `${market.venue} ${market.symbol} liquidation stream`;
      const [liquidation] = validLiquidations(
        [scaleLiquidation(unitScale(market), event)],
        { fromMs: 0, toMs: Number.POSITIVE_INFINITY },
        { what, nowMs: context.clock.nowMs() },
      );
      const key = liquidation && heard.keyOf(keyOf(market, liquidation));
      if (key !== undefined) onLiquidation({ market, liquidation: liquidation!, key });
    },
  });
}

function keyOf({ symbol }: Market, { timeMs, liquidatedSide, price, size }: Liquidation): string {
  return `${symbol} ${timeMs} ${liquidatedSide} ${price} ${size}`;
}
