import { expect, it } from 'vitest';
import { AlertLanes } from '../../src/alerts/lanes.ts';
import { StoreUnavailable } from '../../src/store/store-error.ts';
import { keptLog } from '../support/jobs/redis.ts';

function lanesOver(errors: readonly Error[]) {
  const { log, lines } = keptLog();
  const pauses: number[] = [];
  const sleep = async (ms: number) => void pauses.push(ms);
  const lanes = new AlertLanes({ log, sleep, signal: () => new AbortController().signal });
  const left = [...errors];
  let done = 0;
  lanes.put('BTC', async () => {
    const error = left.shift();
    if (error) throw error;
    done += 1;
  });
  return { lanes, pauses, lines, done: () => done };
}

it('what a price has come to waits for a store that is away, however long, and is done once', async () => {
  const away = Array.from({ length: 40 }, () => new StoreUnavailable('unreachable', 'away'));
  const { lanes, pauses, lines, done } = lanesOver(away);
  await lanes.settled();
  expect(done()).toBe(1);
  expect(Math.max(...pauses)).toBe(30_000);
  expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
});

it('what fails by itself is given up, with a word, so that the coin goes on', async () => {
  const { lanes, lines, done } = lanesOver(Array.from({ length: 40 }, () => new TypeError('broken')));
  await lanes.settled();
  expect(done()).toBe(0);
  expect(lines.at(-1)).toMatchObject({ level: 'error', msg: expect.stringContaining('given up') });
});
