import { describe, expect, it } from 'vitest';
import { type NewPlace, storeOpener } from '../places.ts';

const hourMs = 3_600_000;
const key = { symbol: 'ETH', window: '7d' };

export function fragilityClaims(newPlace: NewPlace): void {
  const open = storeOpener();

  describe('samples of fragility', () => {
    it('tell how a value stands among those of its coin and window since a moment', async () => {
      const { fragility } = await open(await newPlace());
      for (const [hour, value] of [0.9, 0.1, 0.2, 0.3, 0.4].entries()) {
        await fragility.note(key, { timeMs: hour * hourMs + 5, value });
      }
      await fragility.note({ ...key, symbol: 'BTC' }, { timeMs: 2 * hourMs, value: 0.01 });
      await fragility.note({ ...key, window: 'all' }, { timeMs: 2 * hourMs, value: 0.01 });
      expect(await fragility.standing(key, 0.3, hourMs)).toEqual({ samples: 4, below: 2, sinceMs: hourMs });
      expect(await fragility.standing(key, 5, 0)).toEqual({ samples: 5, below: 5, sinceMs: 0 });
    });

    it('are one an hour, the first', async () => {
      const { fragility } = await open(await newPlace());
      await fragility.note(key, { timeMs: 10, value: 1 });
      await fragility.note(key, { timeMs: hourMs - 1, value: 3 });
      expect(await fragility.standing(key, 2, 0)).toEqual({ samples: 1, below: 1, sinceMs: 0 });
    });

    it('tell nothing of a coin without any, and take nothing that is no number', async () => {
      const { fragility } = await open(await newPlace());
      expect(await fragility.standing(key, 2, 0)).toBeUndefined();
      await expect(fragility.note(key, { timeMs: 10, value: Number.NaN })).rejects.toThrow('NaN');
    });

    it('go when they are older than what is kept', async () => {
      const store = await open(await newPlace());
      const nowMs = 1000 * 24 * hourMs;
      await store.fragility.note(key, { timeMs: 10, value: 1 });
      await store.fragility.note(key, { timeMs: nowMs, value: 1 });
      await store.compact({ nowMs, keepMs: 400 * 24 * hourMs });
      expect((await store.fragility.standing(key, 2, 0))!.samples).toBe(1);
    });
  });
}
