import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { explained } from '../../src/store/postgres-engine.ts';
import { openStore } from '../../src/store/store.ts';
import { StoreUnavailable } from '../../src/store/store-error.ts';
import { listeningLog } from './places.ts';

/** A port that nobody listens on. */
async function deadPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('a PostgreSQL that does not answer', async () => {
  const port = await deadPort();
  const url = `postgres://liqmap:hush@127.0.0.1:${port}/liqmap`;

  it('is asked ever more rarely until the wait is over, with a word each time', async () => {
    const { log, lines } = listeningLog();
    const waits: number[] = [];
    const sleep = async (ms: number) => void waits.push(ms);
    const opening = openStore({ url, log, waitMs: 60_000, sleep });
    await expect(opening).rejects.toThrow(`PostgreSQL at 127.0.0.1:${port}/liqmap: it does not answer`);
    await expect(opening).rejects.toBeInstanceOf(StoreUnavailable);
    expect(waits.slice(0, 7)).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000]);
    expect(waits.reduce((sum, ms) => sum + ms)).toBeLessThanOrEqual(60_000);
    const warnings = lines.filter(({ level }) => level === 'warn');
    expect(warnings).toHaveLength(waits.length);
    expect(JSON.stringify(lines)).not.toContain('hush');
  });

  it('is asked once if there is no time to wait', async () => {
    const sleep = () => Promise.reject(new Error('waited'));
    await expect(openStore({ url, sleep })).rejects.toThrow('does not answer');
  });

  it('is not waited for any longer once the start is called off', async () => {
    const stop = new AbortController();
    const { log } = listeningLog();
    const opening = openStore({
      url,
      waitMs: 600_000,
      signal: stop.signal,
      log: { ...log, warn: () => stop.abort() },
    });
    await expect(opening).rejects.toThrow('does not answer');
  });
});

describe('a PostgreSQL error', () => {
  it.each([
    ['57P01', 'unreachable', true],
    ['ECONNRESET', 'unreachable', true],
    ['57014', 'busy', true],
    ['53100', 'full', false],
    ['28P01', 'refused', false],
    ['XX001', 'damaged', false],
  ])('%s means that the store is %s', (code, trouble, passes) => {
    const error = Object.assign(new Error('no'), { code });
    expect(explained(error, 'PostgreSQL at a:1/b')).toMatchObject({ trouble, passes });
  });

  it('of our own making is not blamed on the store', () => {
    for (const code of ['23505', '42P01', '22P02']) {
      expect(explained(Object.assign(new Error('no'), { code }), 'x')).toBeUndefined();
    }
    expect(explained(undefined, 'x')).toBeUndefined();
  });

  it('says what the server said', () => {
    const error = Object.assign(new Error('password authentication failed'), { code: '28P01' });
    expect(explained(error, 'PostgreSQL at a:1/b')?.message).toContain('password authentication failed');
  });
});

describe('a store', () => {
  it('needs a place', async () => {
    await expect(openStore({})).rejects.toThrow('a url or a path');
  });
});
