import { describe, expect, it } from 'vitest';
import { nowMs, openVenue } from './against-world.ts';

const dayMs = 86_400_000;

describe.each(['binance', 'bybit'])('the list of %s', (name) => {
  it('says what was traded in a day, in USD', async () => {
    const venue = await openVenue(name);
    const market = await venue.market('ETH/USDT:USDT');
    const truth = venue.truth.get(market.symbol)!;
    const day = truth.series.candles('last', { fromMs: nowMs - dayMs, toMs: nowMs });
    const usd = day.reduce((sum, { volume, close }) => sum + volume * close, 0);
    expect(market.dayVolumeUsd! / usd).toBeCloseTo(1, 1);
    await venue.close();
  });

  it('comes without that where the venue does not say', async () => {
    const venue = await openVenue(name);
    venue.exchange.fault({ where: /ticker/, effect: { kind: 'server-error', status: 503 } });
    expect((await venue.market('ETH/USDT:USDT')).dayVolumeUsd).toBeUndefined();
    await venue.close();
  });
});
