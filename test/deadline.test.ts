import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { ownSignal } from '../src/deadline.ts';

test('a signal of one’s own is aborted with any of the others, for their reason', () => {
  const [first, second] = [new AbortController(), new AbortController()];
  const { signal } = ownSignal(first.signal, undefined, second.signal);
  expect(signal.aborted).toBe(false);
  second.abort('enough');
  expect(signal.reason).toBe('enough');
  expect(ownSignal(first.signal, second.signal).signal.reason).toBe('enough');
});

test('or by hand, of which the others know nothing', () => {
  const other = new AbortController();
  const { signal, abort } = ownSignal(other.signal);
  abort('late');
  expect(signal.reason).toBe('late');
  expect(other.signal.aborted).toBe(false);
});

test('and leaves nothing behind in them when it is released', () => {
  const other = new AbortController();
  const { signal, release } = ownSignal(other.signal);
  expect(getEventListeners(other.signal, 'abort')).toHaveLength(1);
  release();
  expect(getEventListeners(other.signal, 'abort')).toHaveLength(0);
  other.abort();
  expect(signal.aborted).toBe(false);
});
