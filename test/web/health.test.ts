import { describe, expect, it } from 'vitest';
import { readHealth } from '../../src/web/health.ts';

const check = (part: string, ok: boolean, optional?: true) => ({
  part,
  read: async () => ({ ok, detail: 'x', ...(optional && { optional }) }),
});

describe('the health of the service', () => {
  it('is that of its parts', async () => {
    expect((await readHealth([check('redis', true), check('sql', true)])).ok).toBe(true);
    expect((await readHealth([check('redis', true), check('sql', false)])).ok).toBe(false);
    expect((await readHealth([check('redis', true), check('discord', false, true)])).ok).toBe(true);
  });

  it('counts a part that fails or hangs as not well, and still tells of the others', async () => {
    const health = await readHealth(
      [
        check('redis', true),
        { part: 'sql', read: () => Promise.reject(new Error('database is locked')) },
        { part: 'venues', read: () => new Promise(() => undefined) },
      ],
      20,
    );
    expect(health).toEqual({
      ok: false,
      parts: {
        redis: { ok: true, detail: 'x' },
        sql: { ok: false, detail: 'database is locked' },
        venues: { ok: false, detail: 'no answer within 20 ms' },
      },
    });
  });
});
