import { describe, expect, it } from 'vitest';
import { type NewPlace, storeOpener } from '../places.ts';

const page = { id: 'a', fingerprint: 'x', madeMs: 1000, expiresMs: 2000, body: Uint8Array.of(1, 0, 255) };

export function pageClaims(newPlace: NewPlace): void {
  const open = storeOpener();

  describe('pages', () => {
    it('come back byte by byte until they expire, by their id alone', async () => {
      const { pages } = await open(await newPlace());
      expect(await pages.put(page)).toBe('a');
      expect(await pages.find('a', 1999)).toEqual({ body: page.body, expiresMs: 2000 });
      expect(await pages.find('a', 2000)).toBeUndefined();
      expect(await pages.find('x', 1500)).toBeUndefined();
    });

    it('of the same content are one, which stays as long as the last of them', async () => {
      const { pages } = await open(await newPlace());
      await pages.put(page);
      expect(await pages.put({ ...page, id: 'b', madeMs: 1500, expiresMs: 2500 })).toBe('a');
      expect((await pages.find('a', 2400))?.expiresMs).toBe(2500);
      expect(await pages.find('b', 2400)).toBeUndefined();
    });

    it('make room once they have expired, so that the content gets a new address', async () => {
      const { pages } = await open(await newPlace());
      await pages.put(page);
      expect(await pages.put({ ...page, id: 'b', madeMs: 2000, expiresMs: 3000 })).toBe('b');
      expect(await pages.find('a', 1500)).toBeUndefined();
    });
  });
}
