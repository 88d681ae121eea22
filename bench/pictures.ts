import type { Chart } from '../renderers/chart.ts';
import { heatChart } from '../renderers/heat/chart.ts';
import { mapChart } from '../renderers/map/chart.ts';
import { RenderPool } from '../renderers/render-pool.ts';
import { themes } from '../renderers/theme.ts';
import { setUpFonts } from '../src/config.ts';
import { randomMap } from '../test/renderers/fixtures.ts';
import { madeUpHeat } from '../test/renderers/heat/fixtures.ts';
import { type BenchResult, megabytes } from './measure.ts';

const throughputPictures = 60;
const longRun = 5_000;
/** Memory is read this often on the long run; the first reads, while everything is loaded, say nothing. */
const readEvery = 500;
const settled = 1_000;
const maps = 24;

/** How much two threads draw against one, and whether memory stays flat over thousands of pictures. */
export async function benchPictures(): Promise<BenchResult> {
  setUpFonts();
  const charts = Array.from({ length: maps }, (_, seed) => pictureOf(seed));
  const rates: { readonly threads: number; readonly perSecond: number }[] = [];
  // One thread, two, and again: what else the machine does must not favour one of them.
  for (const threads of [1, 2, 1, 2]) rates.push({ threads, perSecond: await throughput(charts, threads) });
  const best = (threads: number) =>
    Math.max(...rates.filter((rate) => rate.threads === threads).map(({ perSecond }) => perSecond));
  const memory = await memoryOver(charts);
  return {
    timings: [],
    findings: [
      `pictures a second: ${best(1).toFixed(1)} with one thread, ${best(2).toFixed(1)} with two, ${(best(2) / best(1)).toFixed(2)}x (target 1.7x); all runs: ${rates.map(({ threads, perSecond }) => `${threads}: ${perSecond.toFixed(1)}`).join(', ')}`,
      memoryWords(memory),
    ],
  };
}

/** Maps and heatmaps in both themes and shapes, so that all that is kept by key is there. */
function pictureOf(seed: number): Chart {
  const fixture = randomMap({ seed });
  const { symbol, priceUsd, timeMs } = fixture.map;
  const look = {
    theme: seed % 2 === 0 ? themes.dark : themes.light,
    shape: seed % 3 === 0 ? ('square' as const) : ('wide' as const),
  };
  if (seed % 4 !== 0) return mapChart({ ...fixture, ...look });
  return heatChart({ ...fixture, ...look, heat: madeUpHeat({ symbol, priceUsd, timeMs }), span: 'last 7d' });
}

async function throughput(charts: readonly Chart[], threads: number): Promise<number> {
  const pool = new RenderPool({ threads });
  try {
    await Promise.all(charts.map((chart) => pool.draw(chart)));
    const began = performance.now();
    const many = Array.from({ length: throughputPictures }, (_, i) => charts[i % charts.length]!);
    await Promise.all(many.map((chart) => pool.draw(chart)));
    return throughputPictures / ((performance.now() - began) / 1000);
  } finally {
    await pool.close();
  }
}

type Reading = { readonly pictures: number; readonly bytes: number };

/** Resident memory of the whole process, its threads included. Each picture has words that none before had. */
async function memoryOver(charts: readonly Chart[]): Promise<readonly Reading[]> {
  const pool = new RenderPool({ threads: 2 });
  const readings: Reading[] = [];
  try {
    for (let done = 0; done < longRun; done += readEvery) {
      await drawSome(pool, charts, done);
      readings.push({ pictures: done + readEvery, bytes: process.memoryUsage.rss() });
    }
  } finally {
    await pool.close();
  }
  return readings;
}

async function drawSome(pool: RenderPool, charts: readonly Chart[], from: number): Promise<void> {
  const atOnce = 4;
  let next = from;
  const worker = async () => {
    while (next < from + readEvery) {
      const number = next++;
      await pool.draw(unlike(charts[number % charts.length]!, number));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

function unlike(chart: Chart, number: number): Chart {
  const texts = (chart.data['texts'] ?? []).map((text, i) =>
    i === 0 ? { ...text, text: `coin ${number}` } : text,
  );
  return { ...chart, data: { ...chart.data, texts } };
}

function memoryWords(readings: readonly Reading[]): string {
  const flat = readings.filter(({ pictures }) => pictures >= settled);
  const [first, last] = [flat[0]!, flat.at(-1)!];
  const growth = (last.bytes / first.bytes - 1) * 100;
  return `resident memory after ${readings.map(({ pictures, bytes }) => `${pictures}: ${megabytes(bytes)}`).join(', ')}; ${growth.toFixed(0)} % from ${first.pictures} to ${last.pictures} pictures (target: flat)`;
}
