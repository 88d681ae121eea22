import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createRandom } from '../../../src/core/random.ts';

const hourMs = 3_600_000;
const days = 23;

/**
 * Writes recorded files of a made-up BTC: three quiet weeks around 70,000, then a fall of a tenth within six hours. Returns
 * when it begins to fall.
 */
export function writeMadeUpDays(folder: string): { readonly fallMs: number } {
  const random = createRandom(9);
  const startMs = Date.UTC(2026, 0, 5);
  const fallMs = startMs + days * 24 * hourMs;
  const candles: (string | number)[][] = [];
  const openInterest: (string | number)[][] = [];
  let [price, size] = [70_000, 90_000];
  for (let openMs = startMs; openMs < fallMs + 12 * hourMs; openMs += hourMs) {
    const hour = (openMs - fallMs) / hourMs;
    const drift = hour >= 0 && hour < 6 ? -0.018 : 0.02 * Math.log(70_000 / price);
    const open = price;
    const close = open * Math.exp(drift + 0.004 * random.normal());
    const [high, low] = [Math.max(open, close) * 1.002, Math.min(open, close) * 0.998];
    candles.push([openMs, 'binance', 'BTC', open, high, low, close, 9_000 + 4_000 * random.uniform()]);
    openInterest.push([openMs, 'BTC', size, size * open]);
    price = close;
    size *= 1 + 0.01 * random.normal();
  }
  const write = (name: string, header: string, rows: readonly (readonly (string | number)[])[]) =>
    writeFileSync(
      join(folder, name),
      gzipSync(`${[header, ...rows.map((row) => row.join(','))].join('\n')}\n`),
    );
  write('candles-1h.csv.gz', 'open_ms,venue,coin,open,high,low,close,volume_base', candles);
  write('binance-oi-5m.csv.gz', 'time_ms,coin,oi_base,oi_usd', openInterest);
  write('funding.csv.gz', 'time_ms,venue,coin,funding_rate', [[startMs, 'binance', 'BTC', 0.0001]]);
  return { fallMs };
}
