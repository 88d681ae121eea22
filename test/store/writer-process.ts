import { openStore } from '../../src/store/store.ts';

/**
 * Writes candles, some thousand rows at a time, until it is killed: the number of each write goes to stdout once it is
 * confirmed.
 */
const [kind, place, symbol] = process.argv.slice(2);
const store = await openStore(kind === 'url' ? { url: place } : { path: place });
const key = { venue: 'one', symbol: symbol!, price: 'last', timeframe: '1m' } as const;
const count = 2000;
const stepMs = 60_000;
process.stdout.write('open\n');
for (let write = 0; ; write++) {
  const fromMs = write * count * stepMs;
  const candles = Array.from({ length: count }, (_, i) => ({
    openMs: fromMs + i * stepMs,
    open: 1,
    high: 2,
    low: 1,
    close: 1.5,
    volume: write,
  }));
  await store.candles.write(key, candles, { covers: { fromMs, toMs: fromMs + count * stepMs } });
  process.stdout.write(`${write}\n`);
}
