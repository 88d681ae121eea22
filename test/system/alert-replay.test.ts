import { rmSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { writeMadeUpDays } from '../support/alert-replay/made-up-days.ts';
import { type Replayed, replayAlerts } from '../support/alert-replay/replay.ts';
import { redisKinds, temporaryFolder } from '../support/jobs/redis.ts';

vi.setConfig({ testTimeout: 300_000 });

const hourMs = 3_600_000;
const minuteMs = 60_000;

/** Keys of what came through, and of what may have. */
function keysOf({ told, channels }: Replayed, state: 'sent' | 'unknown' | 'dropped'): string[] {
  const places = new Set(told.map(({ to }) => to));
  expect(places.size).toBeGreaterThanOrEqual(channels.length);
  return told.filter((one) => one.state === state).map(({ to, key }) => `${platformOf(to)} ${key}`);
}

function platformOf(to: string): string {
  return to.split(' ')[0]!;
}

/** What stands in a channel, as often as it stands there; receipts have changed what was said first. */
function saidIn({ channels }: Replayed): string[][] {
  return channels.map(({ seen }) =>
    seen
      .filter(({ what, shown }) => what === 'message' && !shown.text.startsWith('Alerts on '))
      .map(({ shown }) => shown.text.split('\n').slice(0, 2).join('\n')),
  );
}

describe.skipIf(!redisKinds.includes('child'))('a fall of a tenth in six hours', () => {
  it('makes the same alerts, each once, though the service and Redis are killed on the way', async () => {
    const data = temporaryFolder();
    const { fallMs } = writeMadeUpDays(data);
    const run = (faults: boolean) =>
      replayAlerts({
        ...{ data, coins: ['BTC'], fromMs: fallMs, toMs: fallMs + 7 * hourMs, stepMs: 6 * minuteMs },
        ...{ warmMs: hourMs, faults: faults ? ['limits', 'kill', 'redis'] : [] },
      });
    const [plain, faulty] = await Promise.all([run(false), run(true)]);
    rmSync(data, { recursive: true, force: true });
    expect(faulty.faults.map(({ kind }) => kind)).toEqual(['limits', 'kill', 'redis']);
    const [wanted, sent] = [keysOf(plain, 'sent'), keysOf(faulty, 'sent')];
    const unknown = keysOf(faulty, 'unknown');
    expect(wanted.length).toBeGreaterThan(3);
    expect(keysOf(plain, 'unknown')).toEqual([]);
    expect([...sent, ...unknown].sort()).toEqual(wanted.toSorted());
    expect(unknown.filter((key) => key.startsWith('discord'))).toEqual([]);
    for (const said of [...saidIn(plain), ...saidIn(faulty)]) expect(new Set(said).size).toBe(said.length);
    console.info(`${wanted.length} alerts, ${unknown.length} unknown after the kills`);
  });
});
