import { expect, it, vi } from 'vitest';
import { StoreGuard } from '../../../src/market/recording/store-guard.ts';
import { listeningLog } from '../../store/places.ts';

it('a store that does not answer is given up, left alone for a while and then asked again', async () => {
  let nowMs = 0;
  const { log, lines } = listeningLog();
  const guard = new StoreGuard({ log, nowMs: () => nowMs, patienceMs: 20 });
  const hangs = vi.fn(() => new Promise<number>(() => undefined));
  expect(await guard.attempt(hangs)).toBeUndefined();
  expect(await guard.attempt(hangs)).toBeUndefined();
  expect(hangs).toHaveBeenCalledTimes(1);
  nowMs += 10_000;
  expect(await guard.attempt(async () => 7)).toBe(7);
  expect(lines.map(({ level }) => level)).toEqual(['error', 'info']);
});
