import { describe, expect, it } from 'vitest';
import { type SharedMap, SharedMaps } from '../src/shared-maps.ts';
import type { PageRecord, PageRecords } from '../src/store/pages.ts';
import { randomMap } from './renderers/fixtures.ts';
import { keptLog } from './support/jobs/redis.ts';

const shown: SharedMap = { ...randomMap({ seed: 1, bins: 200 }), theme: 'dark' };

function pages(publicUrl?: string, records: PageRecords = memory()) {
  let nowMs = 1_000;
  const { log, lines } = keptLog();
  const shared = new SharedMaps({ pages: records, keepMs: 500, publicUrl, nowMs: () => nowMs, log });
  const wait = (ms: number) => {
    nowMs += ms;
  };
  return { shared, lines, wait };
}

function memory(): PageRecords & { readonly kept: PageRecord[] } {
  const kept: PageRecord[] = [];
  return {
    kept,
    async put(page) {
      const same = kept.find(({ fingerprint }) => fingerprint === page.fingerprint);
      if (!same) kept.push(page);
      return (same ?? page).id;
    },
    find: async (id, nowMs) => kept.find((page) => page.id === id && page.expiresMs > nowMs),
  };
}

describe('a shared map', () => {
  it('comes back as it was shown, until it expires', async () => {
    const { shared, wait } = pages('https://maps.example.com');
    const address = await shared.share(shown, 'discord');
    const id = /^https:\/\/maps\.example\.com\/m\/([\w-]{22})$/.exec(address!)![1]!;
    const found = await shared.find(id);
    expect(found).toMatchObject({ theme: 'dark', clusters: shown.clusters });
    expect(found!.map.longUsd).toEqual(shown.map.longUsd);
    wait(500);
    expect(await shared.find(id)).toBeUndefined();
  });

  it('has one page for the same picture, and another for every other', async () => {
    const { shared } = pages('https://maps.example.com');
    const first = await shared.share(shown, 'discord');
    expect(await shared.share({ ...shown }, 'telegram')).toBe(first);
    expect(await shared.share({ ...shown, theme: 'light' }, 'discord')).not.toBe(first);
  });

  it('is linked nowhere without a public address, but in the chat window by its path', async () => {
    const { shared } = pages();
    expect(await shared.share(shown, 'discord')).toBeUndefined();
    expect(await shared.share(shown, undefined)).toBeUndefined();
    expect(await shared.share(shown, 'web')).toMatch(/^\/m\/[\w-]{22}$/);
  });

  it('is a picture without a link while nothing can be kept', async () => {
    const broken = { put: () => Promise.reject(new Error('disk full')), find: async () => undefined };
    const { shared, lines } = pages('https://maps.example.com', broken);
    expect(await shared.share(shown, 'discord')).toBeUndefined();
    expect(lines).toMatchObject([{ level: 'warn', reason: 'disk full' }]);
  });

  it('is found by its id alone', async () => {
    const { shared } = pages('https://maps.example.com');
    for (const text of ['', '../..', 'x'.repeat(21), `${'x'.repeat(21)}%`, 'x'.repeat(4_000)]) {
      expect(await shared.find(text)).toBeUndefined();
    }
  });
});
