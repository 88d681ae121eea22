import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { connectDatabase } from '../../../src/store/database.ts';
import { openPostgres } from '../../../src/store/postgres-engine.ts';
import { openSqlite } from '../../../src/store/sqlite-engine.ts';
import { openStore } from '../../../src/store/store.ts';
import { type NewPlace, storeOpener } from '../places.ts';

export function openingClaims(newPlace: NewPlace): void {
  const open = storeOpener();

  describe('when opened', () => {
    it('keeps what the one before it wrote', async () => {
      const place = await newPlace();
      const before = await openStore(place);
      await before.settings(z.string()).put({ platform: 'telegram', kind: 'user', id: '7' }, 'dark');
      await before.close();
      const after = await open(place);
      expect(await after.settings(z.string()).get({ platform: 'telegram', kind: 'user', id: '7' })).toBe(
        'dark',
      );
    });

    it('makes its tables once, however many open it at the same time', async () => {
      const place = await newPlace();
      const stores = await Promise.all([1, 2, 3].map(() => open(place)));
      await Promise.all(stores.map((store) => store.check()));
      const db = connectDatabase(
        place.url === undefined ? openSqlite(place.path!) : openPostgres({ url: place.url }),
      );
      const applied = await db.selectFrom('migrations').select('name').execute();
      await db.destroy();
      expect(applied.length).toBeGreaterThan(0);
      expect(new Set(applied.map(({ name }) => name)).size).toBe(applied.length);
    });

    it('refuses tables that a newer version has changed', async () => {
      const place = await newPlace();
      await (await openStore(place)).close();
      const db = connectDatabase(
        place.url === undefined ? openSqlite(place.path!) : openPostgres({ url: place.url }),
      );
      await db.insertInto('migrations').values({ name: '9999-wings', applied_ms: 1 }).execute();
      await db.destroy();
      await expect(openStore(place)).rejects.toThrow(/newer version.*9999-wings/);
    });

    it('closes as often as it is told to, and after what is under way', async () => {
      const place = await newPlace();
      const store = await openStore(place);
      const writing = store.funding.write({ venue: 'one', symbol: 'A' }, [{ timeMs: 1, rate: 0.1 }]);
      await Promise.all([writing, store.close(), store.close()]);
      await store.close();
      const again = await open(place);
      const held = await again.funding.read({ venue: 'one', symbol: 'A' }, { fromMs: 0, toMs: 9 });
      expect(held.rows).toHaveLength(1);
    });
  });
}
