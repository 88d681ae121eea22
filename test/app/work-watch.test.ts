import { afterEach, describe, expect, it } from 'vitest';
import { WorkWatch, workOf } from '../../src/app/work-watch.ts';
import type { RedisClient } from '../../src/jobs/redis-client.ts';
import { keptLog } from '../support/jobs/redis.ts';

describe('the watch over work that one process at a time does', () => {
  const held = new Set<string>();
  let isAway = false;
  const mget = async (keys: readonly string[]) => {
    if (isAway) throw new Error('away');
    return keys.map((key) => (held.has(key) ? 'somebody' : null));
  };
  const { log, lines } = keptLog();
  const names = workOf({ venues: ['bybit', 'okx'], discordToken: 'x' });
  const watch = new WorkWatch({ redis: { mget } as unknown as RedisClient, names, log });
  afterEach(() => watch.stop());

  it('names in health at once what nobody does, and in the log what lasts, once, and its end', async () => {
    for (const name of names) held.add(`liqmap:lease:${name}`);
    expect(await watch.health()).toEqual({ ok: true, detail: 'all is done', optional: true });
    held.delete('liqmap:lease:collect-okx');
    expect(await watch.health()).toMatchObject({ ok: false, detail: 'nobody does: collect-okx' });
    await watch.look();
    expect(lines).toEqual([]);
    await watch.look();
    isAway = true;
    await watch.look();
    isAway = false;
    await watch.look();
    held.add('liqmap:lease:collect-okx');
    await watch.look();
    await watch.look();
    const told = lines.filter(({ level }) => level !== 'debug').map(({ msg, work }) => ({ msg, work }));
    expect(told).toEqual([
      { msg: 'work is done by no process', work: ['collect-okx'] },
      { msg: 'work is done again', work: ['collect-okx'] },
    ]);
  });

  it('waits for the platforms that there are tokens for, and for every venue', () => {
    expect(workOf({ venues: ['okx'], telegramToken: 'x' })).toEqual(['alerts', 'collect-okx', 'telegram']);
  });
});
