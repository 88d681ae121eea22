/**
 * Watches BTC on every venue of the exchange whose address is given, says what came first from each as a line of JSON,
 * closes everything and ends by itself if nothing is left open: `tsx streams-process.ts http://127.0.0.1:PORT`.
 */
import { LivePrices } from '../../src/live-prices.ts';
import { systemClock } from '../../src/market/clock.ts';
import { createLiveVenues, liveVenues } from '../../src/market/live/index.ts';

const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);

const apiUrl = process.argv[2];
if (apiUrl === undefined) throw new Error('no address of an exchange is given');
const venues = createLiveVenues({
  venues: liveVenues,
  apiUrl,
  paced: false,
  onProblem: (venue, problem) => say({ venue, problem }),
});
const lists = await Promise.all(venues.map(({ source }) => source.markets()));
const markets = lists.flatMap((list) =>
  list.filter(({ base, kind, contract }) => base === 'BTC' && kind === 'perpetual' && contract === 'linear'),
);

const heard = new Set<string>();
const prices = new LivePrices({
  streams: venues.map(({ streams }) => streams),
  clock: systemClock,
  onListenerError: (error) => say({ error: String(error) }),
});
await new Promise<void>((resolve) => {
  prices.onTick(({ market, from, ageMs }) => {
    if (heard.has(market.venue)) return;
    heard.add(market.venue);
    say({ venue: market.venue, from, isFresh: ageMs < 5_000 });
    if (heard.size === venues.length) resolve();
  });
  prices.watch(markets);
  for (const { streams } of venues) {
    const own = markets.filter(({ venue }) => venue === streams.venue);
    streams.watchLiquidations(own, ({ market }) => say({ venue: market.venue, liquidation: true }));
  }
});
await prices.close();
await Promise.all(venues.map(({ source }) => source.close()));
say({ closed: true });
