import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type NewPlace, type Place, storeOpener } from '../places.ts';

const script = fileURLToPath(new URL('../writer-process.ts', import.meta.url));
const rowsPerWrite = 2000;
const always = { fromMs: 0, toMs: 1e13 };

/** Claims about real processes. */
export function killingClaims(newPlace: NewPlace): void {
  const open = storeOpener();

  describe('processes that open it at once and are killed while they write', () => {
    it('leave every row that was confirmed, and no half of any write', async () => {
      const place = await newPlace();
      const writers = ['A', 'B'].map((symbol) => startWriter(place, symbol));
      const confirmed = await Promise.all(writers.map((writer) => killAfter(writer, 3)));
      const store = await open(place);
      for (const [index, symbol] of ['A', 'B'].entries()) {
        const key = { venue: 'one', symbol, price: 'last', timeframe: '1m' } as const;
        const { rows, covered } = await store.candles.read(key, always);
        expect(rows.length % rowsPerWrite).toBe(0);
        expect(rows.length).toBeGreaterThanOrEqual((confirmed[index]! + 1) * rowsPerWrite);
        expect(covered).toEqual([{ fromMs: 0, toMs: rows.length * 60_000 }]);
      }
      const key = { venue: 'one', symbol: 'A', price: 'last', timeframe: '1m' } as const;
      await store.candles.write(key, [{ openMs: 0, open: 1, high: 1, low: 1, close: 1, volume: 1 }]);
    });
  });
}

function startWriter({ url, path }: Place, symbol: string): ChildProcess {
  const place = url === undefined ? ['path', path!] : ['url', url];
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...place, symbol], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** Kills it in the middle of the write after those; resolves to the last that it confirmed. */
async function killAfter(child: ChildProcess, writes: number): Promise<number> {
  let last = -1;
  for await (const line of createInterface({ input: child.stdout! })) {
    if (line !== 'open') last = Number(line);
    if (last >= writes) child.kill('SIGKILL');
  }
  return last;
}
