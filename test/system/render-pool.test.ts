import { createHash } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Chart } from '../../renderers/chart.ts';
import { mapChart } from '../../renderers/map/chart.ts';
import { renderPng } from '../../renderers/raster.ts';
import { RenderPool } from '../../renderers/render-pool.ts';
import { themes } from '../../renderers/theme.ts';
import { setUpFonts } from '../../src/config.ts';
import { handMadeClusters, handMadeMap } from '../renderers/fixtures.ts';

describe('pictures drawn in threads', () => {
  let pool: RenderPool;
  let chart: Chart;

  beforeAll(() => {
    setUpFonts();
    chart = mapChart({ map: handMadeMap(), clusters: handMadeClusters(), theme: themes.dark });
  });
  afterEach(() => pool.close());

  it('are the same as those drawn here, fonts included', async () => {
    pool = new RenderPool({ threads: 1 });
    const [there, here] = await Promise.all([pool.draw(chart), renderPng(chart)]);
    expect(sha(there)).toBe(sha(here));
  });

  it('leave the main thread free', async () => {
    pool = new RenderPool({ threads: 1 });
    await pool.draw(chart);
    let longestMs = 0;
    let lastMs = performance.now();
    const beat = setInterval(() => {
      longestMs = Math.max(longestMs, performance.now() - lastMs);
      lastMs = performance.now();
    }, 5);
    await Promise.all([pool.draw(chart), pool.draw(chart), pool.draw(chart)]);
    clearInterval(beat);
    expect(longestMs).toBeLessThan(60);
  });

  it('that cannot be drawn fail alone', async () => {
    pool = new RenderPool({ threads: 1 });
    const bad: Chart = { ...chart, key: 'bad', template: { mark: 'nonsense' } };
    const [refused, drawn] = await Promise.allSettled([pool.draw(bad), pool.draw(chart)]);
    expect(refused.status).toBe('rejected');
    expect(drawn.status).toBe('fulfilled');
  });

  it('that take too long cost their thread, and the next is drawn by a new one', async () => {
    pool = new RenderPool({ threads: 1, timeLimitMs: 1 });
    const hurried = pool.draw(chart);
    await expect(hurried).rejects.toThrow('longer than 1 ms');
    await pool.close();
    pool = new RenderPool({ threads: 2 });
    await expect(pool.draw(chart)).resolves.toBeInstanceOf(Buffer);
  });

  it('are refused once the pool is closed, also those under way', async () => {
    pool = new RenderPool({ threads: 1 });
    const underWay = [pool.draw(chart), pool.draw(chart)];
    const outcomes = Promise.allSettled(underWay);
    await pool.close();
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(pool.draw(chart)).rejects.toThrow('closed');
  });
});

function sha(png: Buffer): string {
  return createHash('sha256').update(png).digest('hex');
}
