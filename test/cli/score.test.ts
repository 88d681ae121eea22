import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scoreCommand } from '../../src/cli/score.ts';
import { createRandom } from '../../src/core/random.ts';
import { UserError } from '../../src/errors.ts';

const hourMs = 3_600_000;
const startMs = Date.UTC(2026, 0, 1);
const hours = 24 * 10;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'liqmap-score-'));
  const random = createRandom(7);
  const candles = ['open_ms,venue,coin,open,high,low,close,volume_base'];
  const openInterest = ['time_ms,coin,oi_usd'];
  const positions = ['time_ms,trader,coin,side,size,entry,leverage,value_usd,upnl_usd,liq_price'];
  const orders = ['time_ms,coin,liquidated_side,bankruptcy_px,size_base,size_usd'];
  const days = ['timestamp,coin,total_usd,long_usd,short_usd'];
  let price = 3000;
  for (let i = 0; i < hours; i++) {
    const openMs = startMs + i * hourMs;
    const close = price * Math.exp(0.008 * random.normal());
    const [low, high] = [Math.min(price, close) * 0.997, Math.max(price, close) * 1.003];
    candles.push([openMs, 'binance', 'ETH', price, high, low, close, 900].join(','));
    openInterest.push([openMs + hourMs, 'ETH', 5e7 * (1 + 0.1 * Math.sin(i / 2))].join(','));
    if (i > hours - 6) orders.push([openMs + 5, 'ETH', 'long', low, 1, low].join(','));
    if (i > hours - 100 && i % 12 === 0) {
      for (let trader = 0; trader < 12; trader++) {
        const side = trader % 2 === 0 ? 'long' : 'short';
        const level = close * (side === 'long' ? 1 - 0.2 * random.uniform() : 1 + 0.2 * random.uniform());
        positions.push([openMs + hourMs, trader, 'ETH', side, 1, close, 5, close, 0, level].join(','));
      }
    }
    if (i % 24 === 0 && i >= 144) {
      const day = new Date(openMs).toISOString().slice(0, 10);
      days.push([`${day} 00:00:00+00`, 'ETH', 100 + i, 60 + i, 40].join(','));
    }
    price = close;
  }
  const files = {
    'candles-1h.csv.gz': candles,
    'hyperliquid-oi-1h.csv.gz': openInterest,
    'hyperliquid-positions.csv.gz': positions,
    'okx-liquidations.csv.gz': orders,
    'hyperliquid-liquidations-daily.csv': days,
  };
  for (const [name, lines] of Object.entries(files)) {
    writeFileSync(join(folder, name), name.endsWith('.gz') ? gzipSync(lines.join('\n')) : lines.join('\n'));
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...args: string[]) {
  const out: string[] = [];
  const notes: string[] = [];
  const code = await scoreCommand.run(args, {
    out: (text) => out.push(text),
    note: (text) => notes.push(text),
  });
  return { code, text: out.join('\n'), notes };
}

const falls = ['--falls', '2026-01-03'];

test('one command prints every part of a coin, says how far it is, and writes every row', async () => {
  const rowsPath = join(folder, 'rows.csv');
  const { code, text, notes } = await run(
    ...['--data', folder, '--coin', 'eth', ...falls, '--csv', '--rows', rowsPath],
  );
  expect(code).toBe(0);
  const [header, ...figures] = text.split('\n').map((line) => line.split(','));
  const rows = readFileSync(rowsPath, 'utf8').trimEnd().split('\n');
  for (const lines of [[header!, ...figures], rows.map((line) => line.split(','))]) {
    expect(new Set(lines.map((cells) => cells.length)).size).toBe(1);
  }
  const parts = new Set(figures.map((cells) => cells[header!.indexOf('against')]));
  expect(parts).toEqual(new Set(['positions', 'events', 'daily totals', 'fall of 2026-01-03']));
  // Four scored snapshots x 2 sides, and four days x long, short and both.
  expect(rows.filter((row) => row.includes(',positions,flat,')).length).toBe(8);
  expect(rows.filter((row) => row.includes(',daily totals,our book before fitting,')).length).toBe(12);
  expect(notes.join('\n')).toMatch(/ETH: positions, 0 of 4/);
  expect(notes.at(-1)).toMatch(/^ETH on hyperliquid: done in [\d.]+ s$/);
});

test('files can be named one by one, and only what they allow is scored', async () => {
  const file = (name: string) => join(folder, name);
  const { text } = await run(
    ...['--venue', 'hyperliquid', '--candle-venue', 'binance', '--coin', 'ETH', '--json'],
    ...['--candles', file('candles-1h.csv.gz'), '--oi', file('hyperliquid-oi-1h.csv.gz')],
    ...['--positions', file('hyperliquid-positions.csv.gz')],
  );
  const report = JSON.parse(text);
  expect(Object.keys(report)).toEqual(['coin', 'venue', 'positions']);
  expect(report.positions.rows[0]).toMatchObject({ coin: 'ETH', side: 'long', model: 'flat', snapshots: 4 });
});

test('without files it says what it needs and where such data come from', async () => {
  await expect(run()).rejects.toThrow(UserError);
  await expect(run()).rejects.toThrow(/--venue and --candles and --oi[\s\S]*data\.binance\.vision/);
  await expect(run('--data', tmpdir())).rejects.toThrow(/hyperliquid-oi-1h\.csv\.gz/);
  await expect(run('--data', folder, '--coin', 'ETH', '--falls', 'yesterday')).rejects.toThrow(/--falls/);
  await expect(run('--data', folder, '--coin', 'ETH', '--measured-age', '4')).rejects.toThrow(/4h, 90m/);
});
