import { describe, expect, test } from 'vitest';
import { MarketError, type MarketErrorReason } from '../../../src/market/live/market-error.ts';
import { createRetry } from '../../../src/market/live/retry.ts';

function setup() {
  let nowMs = 0;
  const slept: number[] = [];
  const retry = createRetry({
    nowMs: () => nowMs,
    sleep: async (ms) => {
      slept.push(ms);
    },
  });
  return { retry, slept, moveOn: (ms: number) => (nowMs += ms) };
}

/** Fails with each error in turn, then answers. */
function failing(...errors: readonly unknown[]) {
  let asked = 0;
  const ask = async () => {
    asked += 1;
    if (asked <= errors.length) throw errors[asked - 1];
    return 'answer';
  };
  return { ask, asked: () => asked };
}

const error = (reason: MarketErrorReason, retryAfterMs?: number) =>
  new MarketError(reason, reason, { retryAfterMs });

test.each(['unavailable', 'bad-answer', 'rate-limited'] as const)(
  '%s is tried twice more, ever later',
  async (reason) => {
    const { retry, slept } = setup();
    expect(await retry(failing(error(reason), error(reason)).ask)).toBe('answer');
    expect(slept).toEqual([300, 1_200]);
    const lasting = failing(...Array(9).fill(error(reason)));
    await expect(retry(lasting.ask)).rejects.toMatchObject({ reason });
    expect(lasting.asked()).toBe(3);
  },
);

test.each([
  ['a blocked country', error('geo-blocked')],
  ['a refusal', error('refused')],
  [
    'a deadline that ran out',
    new MarketError('unavailable', 'late', { cause: new DOMException('late', 'TimeoutError') }),
  ],
  ['a defect of ours', new TypeError('undefined is not a function')],
])('%s is not tried again', async (_, thrown) => {
  const { retry, slept } = setup();
  const once = failing(thrown);
  await expect(retry(once.ask)).rejects.toBe(thrown);
  expect([once.asked(), slept]).toEqual([1, []]);
});

test('who asks once is not tried again, and leaves short waits to the others', async () => {
  const { retry, slept } = setup();
  const limited = failing(...Array(9).fill(error('rate-limited', 2_000)));
  await expect(retry(limited.ask, 1)).rejects.toMatchObject({ reason: 'rate-limited' });
  expect([limited.asked(), slept]).toEqual([1, []]);
  expect(await retry(failing().ask)).toBe('answer');
  // A long rest is everybody's.
  await expect(retry(failing(error('rate-limited', 60_000)).ask, 1)).rejects.toThrow();
  const other = failing();
  await expect(retry(other.ask)).rejects.toMatchObject({ reason: 'rate-limited' });
  expect(other.asked()).toBe(0);
});

describe('a rest that the venue asks for', () => {
  test('is waited out when short', async () => {
    const { retry, slept } = setup();
    expect(await retry(failing(error('rate-limited', 2_000)).ask)).toBe('answer');
    expect(slept).toEqual([2_000]);
  });

  test('is kept when long: until it is over nothing is asked', async () => {
    const { retry, slept, moveOn } = setup();
    await expect(retry(failing(error('rate-limited', 60_000)).ask)).rejects.toMatchObject({
      reason: 'rate-limited',
    });
    const next = failing();
    await expect(retry(next.ask)).rejects.toMatchObject({ reason: 'rate-limited' });
    expect([next.asked(), slept]).toEqual([0, []]);
    moveOn(60_000);
    expect(await retry(next.ask)).toBe('answer');
  });

  test('does not outlast a clock that is set back', async () => {
    const { retry, moveOn } = setup();
    await expect(retry(failing(error('rate-limited', 60_000)).ask)).rejects.toThrow();
    moveOn(-3_600_000);
    expect(await retry(failing().ask)).toBe('answer');
  });
});
