import { afterEach, expect, test } from 'vitest';
import type { ListedAccount } from '../../../../src/market/positions.ts';
import { tradersOf } from '../../../support/exchange/crowd.ts';
import { until } from '../../../support/moved-clock.ts';
import { openStreams, type StreamedVenue } from './streamed.ts';

let venue: StreamedVenue;
afterEach(() => venue.close());

async function watch(name: string, ...symbols: string[]) {
  venue = await openStreams(name);
  const heard: ListedAccount[] = [];
  const markets = await venue.markets(...symbols);
  const handle = venue.streams.watchTraders!(markets, (trader) => heard.push(trader));
  return { heard, handle };
}

test('both sides of a trade are told, with what it was worth, of coins that are watched alone', async () => {
  const { heard, handle } = await watch('hyperliquid', 'ETH/USDC:USDC');
  await until(() => heard.length === 2);
  const { sockets } = venue.exchange;
  sockets.pushPrice('hyperliquid', 'BTC');
  sockets.pushPrice('hyperliquid', 'ETH');
  await until(() => heard.length > 2);
  const second = Math.floor(venue.clock.nowMs() / 1000);
  const [buyer, seller] = tradersOf({ id: 'ETH' }, second);
  expect(heard.map(({ address }) => address)).toEqual([buyer, seller, buyer, seller]);
  for (const { usd } of heard) expect(usd).toBeGreaterThan(10_000);
  expect(handle!.status().state).toBe('live');
});

test('a trade that makes no sense is refused and counted, and the next one is told', async () => {
  const { heard, handle } = await watch('hyperliquid', 'ETH/USDC:USDC');
  await until(() => heard.length === 2);
  const { sockets } = venue.exchange;
  const trade = { coin: 'ETH', px: '3000', sz: '5', users: ['0x12', `0x${'a'.repeat(40)}`] };
  const said = (one: object) => JSON.stringify({ channel: 'trades', data: [one] });
  sockets.garbage(said(trade));
  sockets.garbage(said({ ...trade, users: [`0x${'b'.repeat(40)}`, `0x${'a'.repeat(40)}`], sz: '-1' }));
  sockets.garbage(said({ ...trade, users: [`0x${'B'.repeat(40)}`, `0x${'a'.repeat(40)}`] }));
  await until(() => heard.length === 4);
  expect(heard.slice(2)).toEqual([
    { address: `0x${'b'.repeat(40)}`, usd: 15_000 },
    { address: `0x${'a'.repeat(40)}`, usd: 15_000 },
  ]);
  expect(handle!.status().refused).toBe(2);
});

test('a venue whose trades do not say who made them has no such stream', async () => {
  expect((await watch('bybit', 'ETH/USDT:USDT')).handle).toBeUndefined();
});
