import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { readCandles } from '../../../src/market/recorded/candles.ts';
import { readFunding } from '../../../src/market/recorded/funding.ts';
import { readDailyLiquidations, readLiquidations } from '../../../src/market/recorded/liquidations.ts';
import { readOpenInterest } from '../../../src/market/recorded/open-interest.ts';
import { readPositions } from '../../../src/market/recorded/positions.ts';
import { readTimes } from '../../../src/market/recorded/times.ts';
import { claim, type FuzzArea } from '../claim.ts';
import { dirtIn } from '../dirt.ts';
import { hostileText } from '../hostile.ts';
import { answerOrRefusal } from '../refusal.ts';

const t0 = 1_760_000_000_000;
const hours = [0, 1, 2, 3].map((hour) => t0 + hour * 3_600_000);
const of = { coin: 'BTC', venue: 'one' };

type Sample = {
  readonly header: string;
  readonly row: (timeMs: number) => string;
  readonly read: (path: string) => Promise<unknown>;
};

const samples: readonly Sample[] = [
  {
    header: 'open_ms,venue,coin,open,high,low,close,volume_base',
    row: (ms) => `${ms},one,BTC,100,102,99,101,5`,
    read: (path) => readCandles(path, of),
  },
  {
    header: 'time_ms,coin,oi_base',
    row: (ms) => `${ms},BTC,1000`,
    read: (path) => readOpenInterest(path, of),
  },
  {
    header: 'time_ms,coin,funding_rate',
    row: (ms) => `${ms},BTC,0.0001`,
    read: (path) => readFunding(path, of),
  },
  {
    header: 'time_ms,coin,liquidated_side,size_base,size_usd,fill_px',
    row: (ms) => `${ms},BTC,long,1,100,100`,
    read: (path) => readLiquidations(path, of),
  },
  {
    header: 'timestamp,coin,total_usd,long_usd,short_usd',
    row: (ms) => `${new Date(t0 + (ms - t0) * 24).toISOString().slice(0, 10)},BTC,3,1,2`,
    read: (path) => readDailyLiquidations(path, of),
  },
  {
    header: 'time_ms,trader,coin,side,size,entry,leverage,value_usd,upnl_usd,liq_price',
    row: (ms) => `${ms},0xabc,BTC,short,1,100,20,100,-3,110`,
    read: readPositions,
  },
  { header: '# moments', row: (ms) => `${ms}`, read: readTimes },
];

type Edit = {
  readonly line: number;
  readonly cell: number;
  readonly by: string;
  readonly how: 'cell' | 'line' | 'cut' | 'twice';
};

const edit: fc.Arbitrary<Edit> = fc.record({
  line: fc.nat(5),
  cell: fc.nat(10),
  by: fc.oneof(
    hostileText,
    fc.constantFrom('"', '"\n', ',', '\t', ';', '1e400', '-5', '0', '', 'short', 'ETH'),
  ),
  how: fc.constantFrom(
    'cell' as const,
    'cell' as const,
    'cell' as const,
    'line' as const,
    'cut' as const,
    'twice' as const,
  ),
});

const file = fc.record({
  sample: fc.nat(samples.length - 1),
  edits: fc.array(edit, { maxLength: 3 }),
  ends: fc.constantFrom('\n', '\r\n', '\r', '\n\n'),
  packed: fc.constantFrom('no' as const, 'no' as const, 'no' as const, 'yes' as const, 'broken' as const),
});

/** Files that somebody recorded, cut, edited by hand or saved by a spreadsheet. */
export const recorded: FuzzArea = {
  name: 'recorded files',
  async open() {
    const folder = mkdtempSync(join(tmpdir(), 'liqmap-fuzz-'));
    return {
      claims: [
        claim(
          'are read into sound rows, or refused with file and place',
          6_000,
          file,
          async ({ sample: at, edits, ends, packed }) => {
            const sample = samples[at]!;
            const lines = edits.reduce(edited, [sample.header, ...hours.map(sample.row)]);
            const path = join(folder, packed === 'no' ? 'rows.csv' : 'rows.csv.gz');
            writeFileSync(path, bytesOf(lines.join(ends), packed));
            const read = await answerOrRefusal(() => sample.read(path));
            const found = 'answer' in read ? dirtIn(read.answer) : undefined;
            if (found && / is /.test(found)) throw new Error(found);
            if ('refusal' in read && !read.refusal.includes(path)) throw new Error(read.refusal);
          },
        ),
      ],
      close: async () => rmSync(folder, { recursive: true }),
    };
  },
};

function edited(lines: readonly string[], { line: at, cell, by, how }: Edit): readonly string[] {
  const line = lines[at];
  if (line === undefined) return [...lines, by];
  if (how === 'line') return lines.with(at, by);
  if (how === 'cut') return [...lines.slice(0, at), line.slice(0, cell)];
  if (how === 'twice') return [...lines, line];
  const cells = line.split(',');
  return lines.with(at, cells.with(cell % cells.length, by).join(','));
}

function bytesOf(text: string, packed: 'no' | 'yes' | 'broken'): string | Buffer {
  if (packed === 'no') return text;
  const bytes = gzipSync(text);
  return packed === 'yes' ? bytes : bytes.subarray(0, bytes.length - 9);
}
