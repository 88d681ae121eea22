import { expect, test } from 'vitest';
import { leftOut, noVenueText } from '../src/left-out.ts';

test('whoever gets no map is told of every market why, in words', () => {
  const dated = { venue: 'okx', market: 'dated future', included: false };
  const text = noVenueText('BTC', [leftOut('okx', 'BTC/USDT:USDT', 'okx: unavailable (502)'), dated]);
  expect(text).toContain('okx, BTC/USDT:USDT: unavailable (502)');
  expect(text).toContain('okx, dated future: not in maps');
});
