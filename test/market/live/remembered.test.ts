import { expect, test } from 'vitest';
import { remembered } from '../../../src/market/live/remembered.ts';

function setup(answers: readonly (number | Error)[]) {
  let nowMs = 0;
  let asked = 0;
  const get = remembered(
    async () => {
      const answer = answers[asked];
      asked += 1;
      if (answer instanceof Error) throw answer;
      return answer;
    },
    { ttlMs: 100, nowMs: () => nowMs },
  );
  return { get, asked: () => asked, moveOn: (ms: number) => (nowMs += ms) };
}

test('callers at the same time share one question', async () => {
  const { get, asked } = setup([1, 2]);
  expect(await Promise.all([get(), get(), get()])).toEqual([1, 1, 1]);
  expect(asked()).toBe(1);
});

test('an answer is asked for again when it is old, and not before', async () => {
  const { get, moveOn } = setup([1, 2]);
  await get();
  moveOn(99);
  expect(await get()).toBe(1);
  moveOn(1);
  expect(await get()).toBe(2);
});

test('an answer from the future is asked for again: the clock was set back', async () => {
  const { get, moveOn } = setup([1, 2]);
  await get();
  moveOn(-1);
  expect(await get()).toBe(2);
});

test('a failure is not remembered', async () => {
  const { get } = setup([new Error('down'), 2]);
  await expect(get()).rejects.toThrow('down');
  expect(await get()).toBe(2);
});
