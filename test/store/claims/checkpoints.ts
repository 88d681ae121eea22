import { describe, expect, it } from 'vitest';
import { type NewPlace, storeOpener } from '../places.ts';

const key = { venue: 'one', symbol: 'ETH/USDT:USDT', windowStartMs: 1000, schemaVersion: 1 };

export function checkpointClaims(newPlace: NewPlace): void {
  const open = storeOpener();

  describe('checkpoints of books', () => {
    it('come back byte by byte, the last by the time asked', async () => {
      const { checkpoints } = await open(await newPlace());
      const book = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      await checkpoints.put(key, { timeMs: 5000, book });
      expect(await checkpoints.latest(key, 5000)).toEqual({ timeMs: 5000, book });
      expect(await checkpoints.latest(key, 4999)).toBeUndefined();
    });

    it('are none of another window, market or version', async () => {
      const { checkpoints } = await open(await newPlace());
      await checkpoints.put(key, { timeMs: 5000, book: new Uint8Array(3) });
      for (const other of [{ windowStartMs: 0 }, { symbol: 'B' }, { venue: 'two' }, { schemaVersion: 2 }]) {
        expect(await checkpoints.latest({ ...key, ...other }, 9000)).toBeUndefined();
      }
    });

    it('make room for newer ones and take the place of one at the same time', async () => {
      const { checkpoints } = await open(await newPlace());
      await checkpoints.put(key, { timeMs: 5000, book: Uint8Array.of(1) });
      await checkpoints.put(key, { timeMs: 6000, book: Uint8Array.of(2) });
      await checkpoints.put({ ...key, schemaVersion: 2 }, { timeMs: 6000, book: Uint8Array.of(3) });
      expect(await checkpoints.latest(key, 9000)).toBeUndefined();
      const latest = await checkpoints.latest({ ...key, schemaVersion: 2 }, 9000);
      expect(latest).toEqual({ timeMs: 6000, book: Uint8Array.of(3) });
    });
  });
}
