import { describe, expect, it } from 'vitest';
import type { MeasuredPosition } from '../../../src/core/measured/measured-position.ts';
import { type NewPlace, storeOpener } from '../places.ts';

const venue = 'hyperliquid';
const hourMs = 3_600_000;
const nowMs = 1000 * 24 * hourMs;
const symbol = 'ETH/USDC:USDC';
const long: MeasuredPosition & { symbol: string } = {
  symbol,
  timeMs: nowMs,
  side: 'long',
  size: 12.5,
  entryPrice: 3000,
  leverage: 20,
  liquidationPrice: 2500.25,
  standing: 'level',
};
const { liquidationPrice: _, ...unreported } = {
  ...long,
  side: 'short' as const,
  standing: 'no-level' as const,
};

function without({ symbol: _, ...position }: typeof long | typeof unreported) {
  return position;
}

export function realPositionClaims(newPlace: NewPlace): void {
  const open = storeOpener();

  describe('measured positions', () => {
    it('come back as they were seen, by market and since a moment', async () => {
      const { measuredPositions } = await open(await newPlace());
      const other = { ...long, symbol: 'BTC/USDC:USDC' };
      const older = { ...long, timeMs: nowMs - hourMs, size: 1 };
      await measuredPositions.replace(venue, [
        { trader: 'a', positions: [long, other] },
        { trader: 'b', positions: [unreported] },
        { trader: 'c', positions: [older] },
      ]);
      expect(await measuredPositions.of({ venue, symbol }, nowMs - hourMs)).toEqual([
        without(older),
        without(long),
        without(unreported),
      ]);
      expect(await measuredPositions.of({ venue, symbol }, nowMs)).toHaveLength(2);
      expect(await measuredPositions.of({ venue: 'elsewhere', symbol }, 0)).toEqual([]);
      expect(await measuredPositions.sums(venue, nowMs)).toEqual(
        expect.arrayContaining([
          { symbol, side: 'long', size: 12.5 },
          { symbol, side: 'short', size: 12.5 },
          { symbol: 'BTC/USDC:USDC', side: 'long', size: 12.5 },
        ]),
      );
    });

    it('are replaced account by account: what is closed is gone', async () => {
      const { measuredPositions } = await open(await newPlace());
      await measuredPositions.replace(venue, [
        { trader: 'a', positions: [long] },
        { trader: 'b', positions: [unreported] },
      ]);
      await measuredPositions.replace(venue, [{ trader: 'a', positions: [{ ...long, size: 2 }] }]);
      await measuredPositions.replace(venue, [{ trader: 'b', positions: [] }]);
      expect(await measuredPositions.of({ venue, symbol }, 0)).toEqual([without({ ...long, size: 2 })]);
    });

    it('go a day after they were seen, and addresses when they expire', async () => {
      const store = await open(await newPlace());
      const old = { ...long, timeMs: nowMs - 25 * hourMs };
      await store.measuredPositions.replace(venue, [
        { trader: 'a', positions: [old] },
        { trader: 'b', positions: [long] },
      ]);
      await store.sweepList.add(venue, ['0x1'], { nowMs: 0, expiresMs: nowMs - 1 });
      await store.sweepList.add(venue, ['0x2'], { nowMs: 0, expiresMs: nowMs + 1 });
      await store.compact({ nowMs, keepMs: 400 * 24 * hourMs });
      expect(await store.measuredPositions.of({ venue, symbol }, 0)).toHaveLength(1);
      expect((await store.sweepList.counts(venue, { nowMs: 0, hot: 1 })).known).toBe(1);
    });
  });

  describe('the sweep list', () => {
    const expiresMs = nowMs + 24 * hourMs;
    const ask = { nowMs, limit: 3, hot: 100, hotLimit: 2 };

    it('gives the hottest first and then who has waited longest, none before it is due', async () => {
      const { sweepList } = await open(await newPlace());
      await sweepList.add(venue, ['a', 'b', 'c', 'd', 'e', 'f'], { nowMs: nowMs - 9, expiresMs });
      await sweepList.swept(venue, [
        { address: 'a', dueMs: nowMs - 5, heat: 0 },
        { address: 'b', dueMs: nowMs - 7, heat: 1 },
        { address: 'c', dueMs: nowMs - 1, heat: 150 },
        { address: 'd', dueMs: nowMs, heat: 300 },
        { address: 'e', dueMs: nowMs - 2, heat: 200 },
        { address: 'f', dueMs: nowMs + 1, heat: 900 },
      ]);
      expect(await sweepList.due(venue, ask)).toEqual(['d', 'e', 'b']);
      expect(await sweepList.due(venue, { ...ask, limit: 9 })).toEqual(['d', 'e', 'b', 'a', 'c']);
      expect(await sweepList.counts(venue, ask)).toEqual({ known: 6, due: 5, hot: 4 });
    });

    it('keeps the place of who is listed again, only longer', async () => {
      const { sweepList, compact } = await open(await newPlace());
      await sweepList.add(venue, ['a', 'b'], { nowMs, expiresMs: nowMs + 10 });
      await sweepList.swept(venue, [{ address: 'a', dueMs: nowMs + 50, heat: 7 }]);
      await sweepList.add(venue, ['a'], { nowMs: nowMs + 5, expiresMs });
      expect(await sweepList.due(venue, { ...ask, nowMs: nowMs + 5 })).toEqual(['b']);
      expect((await compact({ nowMs: nowMs + 20, keepMs: 400 * 24 * hourMs })).deleted).toBe(1);
      expect(await sweepList.due(venue, { ...ask, nowMs: nowMs + 60 })).toEqual(['a']);
    });

    it('forgets who has expired, even before it is tidied', async () => {
      const { sweepList } = await open(await newPlace());
      await sweepList.add(venue, ['a'], { nowMs: 0, expiresMs: nowMs });
      expect(await sweepList.due(venue, ask)).toEqual([]);
      expect((await sweepList.counts(venue, ask)).known).toBe(0);
    });

    it('takes more addresses at once than a statement has room for', async () => {
      const { sweepList } = await open(await newPlace());
      const addresses = Array.from({ length: 2_500 }, (_, i) => `0x${i}`);
      await sweepList.add(venue, addresses, { nowMs, expiresMs });
      expect((await sweepList.counts(venue, ask)).known).toBe(2_500);
    });
  });

  describe('what an installation keeps for itself', () => {
    it('is the same for all who ask first', async () => {
      const place = await newPlace();
      const { installation } = await open(place);
      const first = await Promise.all([
        installation.getOrPut('key', 'one'),
        installation.getOrPut('key', 'two'),
      ]);
      expect(first[0]).toBe(first[1]);
      expect(await installation.getOrPut('key', 'three')).toBe(first[0]);
      expect(await installation.get('other')).toBeUndefined();
      await installation.put('other', 'x');
      await installation.put('other', 'y');
      expect(await installation.get('other')).toBe('y');
    });
  });
}
