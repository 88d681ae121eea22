import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dayMs, minuteMs } from '../../src/core/durations.ts';
import { approachFigures } from './alert-replay/approach-figures.ts';
import { manyFaults } from './alert-replay/faults.ts';
import { readPaths } from './alert-replay/path-source.ts';
import { replayAlerts, type Told } from './alert-replay/replay.ts';
import { compare, writeUp } from './alert-replay/write-up.ts';
import { needed, scriptOptions } from './script-options.ts';

const usage = `npx tsx test/support/alert-replay.ts --data FOLDER --out FOLDER

The whole service on recorded days, before the loopback Discord and Telegram: what channels with default alerts would have seen.

  --data FOLDER       candles-1h.csv.gz, binance-oi-5m.csv.gz and funding.csv.gz
  --out FOLDER        takes transcript.md, its pictures and told.json
  --from, --to TIME   2026-02-05 and 2026-02-07 unless told, UTC
  --symbols BTC,ETH   BTC,ETH,SOL unless told
  --step MINUTES      market time between two prices; 1 unless told
  --faults            kills the service and Redis, floods, and kicks the bot out of another group
  --against FOLDER    the folder of an earlier run, to compare with
  --help`;

const { values } = scriptOptions(usage, {
  data: { type: 'string' },
  out: { type: 'string' },
  from: { type: 'string', default: '2026-02-05' },
  to: { type: 'string', default: '2026-02-07' },
  symbols: { type: 'string', default: 'BTC,ETH,SOL' },
  step: { type: 'string', default: '1' },
  faults: { type: 'boolean', default: false },
  against: { type: 'string' },
});
const data = needed(values.data, '--data FOLDER', usage);
const out = needed(values.out, '--out FOLDER', usage);
const [fromMs, toMs] = [timeOf(values.from), timeOf(values.to)];
const startMs = performance.now();
const replayed = await replayAlerts({
  data,
  coins: values.symbols.toUpperCase().split(','),
  fromMs,
  toMs,
  stepMs: Number(values.step) * minuteMs,
  warmMs: dayMs / 6,
  faults: values.faults ? manyFaults : [],
  onHour: (atMs) => process.stderr.write(`${new Date(atMs).toISOString()} ${seconds()} s\n`),
});
const found = writeUp(out, replayed, (toMs - fromMs) / dayMs);
const paths = await readPaths(data, values.symbols.toUpperCase().split(','));
const seen = replayed.told.filter(({ to }) => to === 'discord');
const figures = approachFigures(seen, paths, { fromMs, toMs });
process.stdout.write(`${[...found, ...figures, `took ${seconds()} s`].join('\n')}\n`);
if (values.against !== undefined) {
  const before = JSON.parse(readFileSync(join(values.against, 'told.json'), 'utf8')) as readonly Told[];
  process.stdout.write(`${compare(before, replayed.told).join('\n')}\n`);
}

function seconds(): string {
  return ((performance.now() - startMs) / 1000).toFixed(0);
}

function timeOf(text: string): number {
  const timeMs = Date.parse(text);
  if (Number.isNaN(timeMs)) throw new Error(`"${text}" is no time\n\n${usage}`);
  return timeMs;
}
