import { expect, it } from 'vitest';
import { StreamSeats } from '../../src/web/stream-seats.ts';

it('seats are taken by address and in all, and given back', () => {
  const seats = new StreamSeats({ perAddress: 2, inAll: 3 });
  const first = seats.take('a');
  expect(seats.take('a')).toBeDefined();
  expect(seats.take('a')).toBeUndefined();
  expect(seats.take('b')).toBeDefined();
  expect(seats.take('c')).toBeUndefined();
  first!();
  expect(seats.take('c')).toBeDefined();
  expect(seats.take('a')).toBeUndefined();
});
