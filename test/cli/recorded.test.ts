import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CliCommand } from '../../src/cli/command.ts';
import { replayCommand } from '../../src/cli/replay.ts';
import { scoreCommand } from '../../src/cli/score.ts';
import { createRandom } from '../../src/core/random.ts';
import { UserError } from '../../src/errors.ts';

const hourMs = 3_600_000;
const startMs = Date.UTC(2026, 0, 1);
const hours = 24 * 20;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'liqmap-replay-'));
  writeMarket('', hours);
  write('times.csv', [startMs + 10.5 * 24 * hourMs, startMs + 12 * 24 * hourMs].join('\n'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The same market, cut after so many hours. */
function writeMarket(prefix: string, count: number): void {
  const random = createRandom(11);
  const candles = ['open_ms,venue,coin,open,high,low,close,volume_base'];
  const openInterest = ['time_ms,coin,oi_usd'];
  const funding = ['time_ms,venue,coin,funding_rate'];
  let price = 50_000;
  for (let i = 0; i < hours; i++) {
    const close = price * Math.exp(0.006 * random.normal());
    const high = Math.max(price, close) * 1.002;
    const low = Math.min(price, close) * 0.998;
    const volume = 400 * random.exponential();
    const usd = 1e8 * (1 + 0.02 * Math.sin(i / 9)) * (close / 50_000);
    if (i < count) {
      const openMs = startMs + i * hourMs;
      candles.push([openMs, 'binance', 'BTC', price, high, low, close, volume].join(','));
      openInterest.push([openMs + hourMs, 'BTC', usd].join(','));
      if (i % 8 === 0) funding.push([openMs, 'hyperliquid', 'BTC', 0.0001].join(','));
    }
    price = close;
  }
  write(`${prefix}candles.csv`, candles.join('\n'));
  write(`${prefix}oi.csv`, openInterest.join('\n'));
  write(`${prefix}funding.csv`, funding.join('\n'));
}

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

function file(name: string): string {
  return join(folder, name);
}

function marketArgs(prefix = ''): string[] {
  return [
    ...['--coin', 'BTC', '--venue', 'hyperliquid', '--candle-venue', 'binance'],
    ...['--candles', file(`${prefix}candles.csv`), '--oi', file(`${prefix}oi.csv`)],
    ...['--funding', file(`${prefix}funding.csv`)],
  ];
}

async function run(command: CliCommand, args: readonly string[]) {
  const out: string[] = [];
  const notes: string[] = [];
  const code = await command.run(args, { out: (text) => out.push(text), note: (text) => notes.push(text) });
  return { code, out, notes };
}

describe('replay', () => {
  test('prints one line for each time, with contiguous bins around the price and what they do not show', async () => {
    const { code, out, notes } = await run(replayCommand, [...marketArgs(), '--times', file('times.csv')]);
    expect(code).toBe(0);
    expect(out).toHaveLength(2);
    for (const text of out) {
      const line = JSON.parse(text);
      expect(line.bins).toHaveLength(400);
      for (const [i, bin] of line.bins.entries()) {
        if (i > 0) expect(bin.low).toBe(line.bins[i - 1].high);
        expect(bin.high / bin.low - 1).toBeLessThan(0.0052);
        expect(bin.longUsd).toBeGreaterThanOrEqual(0);
        expect(bin.longBandUsd[0]).toBeLessThanOrEqual(bin.longUsd);
        expect(bin.shortBandUsd[1]).toBeGreaterThanOrEqual(bin.shortUsd);
        if (bin.low >= line.mark) expect(bin.longUsd).toBe(0);
        if (bin.high <= line.mark) expect(bin.shortUsd).toBe(0);
      }
      const widest = Math.max(...line.bins.map((bin: { low: number; high: number }) => bin.high - bin.low));
      expect(widest / line.mark).toBeLessThanOrEqual(0.0025 * (1 + 1e-9));
      expect(line.bins[0].low / line.mark).toBeCloseTo(0.5, 9);
      expect(line.markAgeMs).toBeLessThan(hourMs);
      expect(line.neverLiquidatedUsd).toBeGreaterThan(0);
      expect(line.olderUsd).toBeGreaterThanOrEqual(0);
      expect(line.flows.long.openedUsd).toBeGreaterThan(0);
      for (const cluster of line.clusters) {
        expect(Object.keys(cluster)).toEqual(
          'side,low,high,peak,usd,shareOfOi,distancePct,distanceAtr,leverage,id,bandUsd'.split(','),
        );
        expect(cluster.bandUsd[0]).toBeLessThanOrEqual(cluster.usd);
        expect(cluster.bandUsd[1]).toBeGreaterThanOrEqual(cluster.usd);
        expect(cluster.low).toBeLessThan(cluster.peak);
        expect(cluster.high).toBeGreaterThan(cluster.peak);
        expect(Math.sign(cluster.distancePct)).toBe(cluster.side === 'long' ? -1 : 1);
      }
    }
    expect(JSON.parse(out[0]!).markAgeMs).toBe(0);
    expect(notes.join()).toMatch(/volume scaled by/);
  });

  test('never looks ahead: cutting all files after a time does not change its line', async () => {
    const at = startMs + 10 * 24 * hourMs;
    write('time.csv', `${at}`);
    writeMarket('cut-', 24 * 10);
    const whole = await run(replayCommand, [...marketArgs(), '--times', file('time.csv')]);
    const cut = await run(replayCommand, [...marketArgs('cut-'), '--times', file('time.csv')]);
    expect(JSON.parse(cut.out[0]!)).toEqual(JSON.parse(whole.out[0]!));
  });

  test('takes open interest that is stamped an hour early as known when it was', async () => {
    const rows = readFileSync(file('oi.csv'), 'utf8').split('\n');
    const early = rows.map((row, i) =>
      i === 0 ? row : row.replace(/^\d+/, (at) => `${Number(at) - hourMs}`),
    );
    write('early.csv', early.join('\n'));
    const times = ['--times', file('times.csv')];
    const whole = await run(replayCommand, [...marketArgs(), ...times]);
    const delayed = ['--oi', file('early.csv'), '--oi-delay', '1h'];
    expect((await run(replayCommand, [...marketArgs(), ...times, ...delayed])).out).toEqual(whole.out);
    const wrong = run(replayCommand, [...marketArgs(), ...times, '--oi-delay', 'soon']);
    await expect(wrong).rejects.toThrow(/--oi-delay wants a time such as 4h/);
  });

  test('keeps the order of the times as given, and says why a time has no map', async () => {
    write('mixed.csv', [startMs + 5 * 24 * hourMs, startMs - hourMs, startMs + 2 * 24 * hourMs].join('\n'));
    const { out } = await run(replayCommand, [...marketArgs(), '--times', file('mixed.csv')]);
    const lines = out.map((text) => JSON.parse(text));
    expect(lines.map(({ timeMs }) => timeMs)).toEqual([
      startMs + 5 * 24 * hourMs,
      startMs - hourMs,
      startMs + 2 * 24 * hourMs,
    ]);
    expect(lines[1]).toMatchObject({
      bins: [],
      clusters: [],
      reason: expect.stringMatching(/open interest/),
    });
  });

  test('what is missing or wrong is named', async () => {
    const times = ['--times', file('times.csv')];
    await expect(run(replayCommand, marketArgs())).rejects.toThrow(/--times/);
    await expect(run(replayCommand, [...marketArgs(), ...times, '--coin', 'DOGE'])).rejects.toThrow(/DOGE/);
    await expect(run(replayCommand, [...marketArgs(), ...times, '--oi', file('no.csv')])).rejects.toThrow(
      UserError,
    );
    await expect(run(replayCommand, [...marketArgs(), ...times, '--speed', '2'])).rejects.toThrow(/--help/);
    await expect(run(replayCommand, [...marketArgs(), ...times, '--volume-scale', '-1'])).rejects.toThrow(
      /volume-scale/,
    );
  });
});

test('score prints every model with n, and no verdict where positions are too few', async () => {
  const rows = ['time_ms,trader,coin,side,size,entry,leverage,value_usd,upnl_usd,liq_price'];
  const random = createRandom(5);
  for (let snapshot = 0; snapshot < 6; snapshot++) {
    const timeMs = startMs + (12 + snapshot) * 24 * hourMs;
    for (let trader = 0; trader < 30; trader++) {
      const entry = 50_000 * Math.exp(0.03 * random.normal());
      const liquidation = entry * (1 - 0.25 * random.uniform());
      rows.push([timeMs, trader, 'BTC', 'long', 2, entry, 10, 100_000, 0, liquidation].join(','));
    }
    rows.push([timeMs, 99, 'BTC', 'short', 2, 50_000, 10, 100_000, 0, 60_000].join(','));
  }
  write('positions.csv', rows.join('\n'));
  const { out } = await run(scoreCommand, [...marketArgs(), '--positions', file('positions.csv')]);
  const text = out.join('\n');
  for (const model of [
    'flat',
    'mean distance profile',
    '10/25/50/100x ladder on rising OI',
    '1 - 1/L ladder on volume',
    'our book before fitting',
    'last snapshot carried forward',
  ]) {
    expect(text).toContain(`| ${model} | long |`);
    expect(text).toContain(`| ${model} | short | no verdict`);
  }
  expect(text).toMatch(
    /\| flat \| long \| 0\.10 \[0\.10, 0\.10\] \| \d+\.\d+ \[.+\] \| 0\.00 .* \| 3 \| 3 \| \d+ \|/,
  );
});

describe('views of a replay', () => {
  test('are drawn beside the map, one file each', async () => {
    const out = file('pictures');
    write('time.csv', `${startMs + 2 * 24 * hourMs}`);
    const { code } = await run(replayCommand, [
      ...marketArgs(),
      ...['--times', file('time.csv'), '--png', out, '--views', 'map,heatmap:12h,changes'],
    ]);
    expect(code).toBe(0);
    const names = readdirSync(out).map((name) => name.replace(/\d{13}/, 'TIME'));
    expect(new Set(names)).toEqual(
      new Set(['BTC-TIME.png', 'BTC-TIME-heatmap-12h.png', 'BTC-TIME-changes-24h.png']),
    );
  });

  test.each(['maps', 'map:7d', 'heatmap:8d', ''])('are refused by name: "%s"', async (views) => {
    const args = [...marketArgs(), '--times', file('times.csv'), '--png', file('none'), '--views', views];
    await expect(run(replayCommand, args)).rejects.toThrow(UserError);
  });
});
