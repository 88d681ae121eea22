import { beforeEach, describe, expect, test } from 'vitest';
import type { Chart } from '../renderers/chart.ts';
import type { Blobs } from '../src/blobs.ts';
import { CachedPictures, readChart, writePicture } from '../src/cached-pictures.ts';

class MemoryBlobs implements Blobs {
  readonly kept = new Map<string, Buffer>();

  async get(key: string): Promise<Buffer | undefined> {
    return this.kept.get(key);
  }

  async put(key: string, bytes: Buffer): Promise<void> {
    this.kept.set(key, Buffer.from(bytes));
  }
}

const chart: Chart = {
  key: 'map/dark/1200x675',
  template: {},
  data: { texts: [{ text: 'ETH' }] },
  params: {},
};
let blobs: MemoryBlobs;
let made: Chart[];
let found: string[];

function pictures(): CachedPictures {
  return new CachedPictures({
    blobs,
    onLookup: (where) => found.push(where),
    makePicture: async (key) => {
      const given = (await readChart(blobs, key))!;
      made.push(given);
      await writePicture(blobs, key, Buffer.from(`picture ${made.length}`));
    },
  });
}

describe('pictures drawn once for all', () => {
  beforeEach(() => {
    blobs = new MemoryBlobs();
    made = [];
    found = [];
  });

  test('are made once, however many ask at the same time and later', async () => {
    const cache = pictures();
    const pngs = await Promise.all([cache.draw(chart), cache.draw({ ...chart }), cache.draw(chart)]);
    pngs.push(await cache.draw(chart));
    expect(made).toEqual([chart]);
    expect(new Set(pngs.map(String))).toEqual(new Set(['picture 1']));
    expect(found).toEqual(['made', 'memory']);
  });

  test('are found by another process that shares the store', async () => {
    await pictures().draw(chart);
    expect(String(await pictures().draw(chart))).toBe('picture 1');
    expect(found).toEqual(['made', 'shared']);
  });

  test.each([
    ['theme or shape', { key: 'map/dark/720x720' }],
    ['scale', { pixelRatio: 2 }],
    ['map', { params: { lowUsd: 1 } }],
    ['words', { data: { texts: [{ text: 'BTC' }] } }],
  ])('are others for another %s', async (_, change) => {
    const cache = pictures();
    const [first, second] = [await cache.draw(chart), await cache.draw({ ...chart, ...change })];
    expect([first, second].map(String)).toEqual(['picture 1', 'picture 2']);
  });

  test('one that could not be drawn is tried again', async () => {
    const failing = new CachedPictures({
      blobs,
      makePicture: async () => {
        throw new Error('no thread');
      },
    });
    await expect(failing.draw(chart)).rejects.toThrow('no thread');
    expect(String(await pictures().draw(chart))).toBe('picture 1');
  });
});
