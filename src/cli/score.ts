import { writeFile } from 'node:fs/promises';
import { UserError } from '../errors.ts';
import { readDailyLiquidations, readLiquidations } from '../market/recorded/liquidations.ts';
import type { RecordedPosition } from '../market/recorded/positions.ts';
import { readPositions } from '../market/recorded/positions.ts';
import { readTimes } from '../market/recorded/times.ts';
import type { ReplayInput } from '../recorded-market.ts';
import { Replay } from '../replay.ts';
import { scoreEvents } from '../scoring/events.ts';
import { scoreFall } from '../scoring/falls.ts';
import { books } from '../scoring/models.ts';
import { scoreTotals } from '../scoring/totals.ts';
import { score } from '../scoring.ts';
import { scoreSimulated } from '../simulated-score.ts';
import type { CliCommand, Output } from './command.ts';
import { durationMs, parse, positiveNumber } from './command.ts';
import { readJoinedInput } from './joined-input.ts';
import { readRecordedInput, recordedOptions, recordedUsage } from './recorded-input.ts';
import { FramePictures } from './replay-pictures.ts';
import { figureHeader, figureLines, rowHeader, rowLines } from './score-csv.ts';
import { completed, fallWindows, requireFiles } from './score-files.ts';
import type { ScoreReport } from './score-report.ts';
import { reportText } from './score-tables.ts';

const allCoins = ['BTC', 'ETH', 'SOL'];
const usualSeeds = 5;

export const scoreCommand: CliCommand = {
  name: 'score',
  summary: 'score maps from recorded data against real positions and liquidations',
  usage: `npm run liqmap -- score --venue NAME --candles FILE --oi FILE --positions FILE [options]
npm run liqmap -- score --data DIR [--coin BTC]

${recordedUsage.replace("  --coin BTC             coin, as in the files' column", '  --coin BTC             only this coin; BTC, ETH and SOL unless told')}
  --positions FILE       CSV or CSV.gz: time_ms,trader,coin,side,size,entry,leverage,value_usd,upnl_usd,liq_price
  --measured-age 4h      how old a snapshot must be before it may be used to predict another
  --times FILE           only snapshots of these times, one UTC millisecond a line
  --liquidations FILE    also against forced orders: time_ms,coin,liquidated_side,bankruptcy_px,size_base,size_usd
  --daily-liquidations FILE  also against sums per UTC day: timestamp,coin,total_usd,long_usd,short_usd
  --falls DAYS           also against falls of open interest: 2025-10-10,2026-02-05/2026-02-06
  --data DIR             take the files from this folder by their usual names (docs/score.md); told options win
  --png DIR              also draw the map of each scored snapshot
  --json                 one JSON line a coin and venue instead of tables
  --csv                  one CSV line a figure instead of tables
  --rows FILE            also write every model's row of every snapshot, day and hour as CSV
  --simulated            score against the true positions of simulated markets instead; needs no files
  --seeds 5              how many simulated markets a coin

The earlier half of the snapshots may be learned from; all models are scored on the later half, never on what they
learned from. Intervals hold 95 %, by drawing whole days. "inconclusive": the interval of the difference holds 0.`,
  async run(args, output) {
    const { values: given } = parse('score', args, options);
    if (given.simulated) {
      await scoreSimulation(given, output);
      return 0;
    }
    const runs = completed(given);
    for (const values of runs) requireFiles(values);
    const positions = await positionsOf(runs[0]!);
    const lines = [rowHeader];
    if (given.csv) output.out(figureHeader);
    for (const coin of given.coin ? [given.coin.toUpperCase()] : allCoins) {
      for (const values of runs) {
        const began = performance.now();
        const input = await readRecordedInput('score', values, coin);
        const report = await reportOf(input, { values, output, positions });
        output.out(printed(report, given));
        lines.push(...rowLines(report));
        if (given.png !== undefined) await drawSnapshots(given.png, input, report.positions?.times ?? []);
        const seconds = ((performance.now() - began) / 1000).toFixed(1);
        output.note(`${coin} on ${input.venue}: done in ${seconds} s`);
      }
    }
    if (given.rows !== undefined) await writeFile(given.rows, `${lines.join('\n')}\n`);
    return 0;
  },
};

const options = {
  ...recordedOptions,
  data: { type: 'string' },
  positions: { type: 'string' },
  'measured-age': { type: 'string' },
  liquidations: { type: 'string' },
  'daily-liquidations': { type: 'string' },
  falls: { type: 'string' },
  json: { type: 'boolean' },
  csv: { type: 'boolean' },
  rows: { type: 'string' },
  simulated: { type: 'boolean' },
  seeds: { type: 'string' },
} as const;

type Values = ReturnType<typeof parse<typeof options>>['values'];

type Task = {
  readonly values: Values;
  readonly output: Output;
  readonly positions: readonly RecordedPosition[];
};

async function positionsOf({ positions, times }: Values): Promise<readonly RecordedPosition[]> {
  if (positions === undefined) return [];
  const all = await readPositions(positions);
  if (times === undefined) return all;
  const wanted = new Set(await readTimes(times));
  return all.filter(({ timeMs }) => wanted.has(timeMs));
}

async function reportOf(input: ReplayInput, { values, output, positions }: Task): Promise<ScoreReport> {
  const { coin, venue } = input;
  const progress = (what: string) => ({ onProgress: tenths(output, `${coin}: ${what}`) });
  const windows = values.falls ? fallWindows(values.falls) : [];
  const age = values['measured-age'];
  const carried = age === undefined ? {} : { carriedAgeMs: durationMs('measured-age', age) };
  const own = positions.filter((position) => position.coin === coin);
  /** One file may lack a coin that the others have. */
  const part = async <T>(make: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await make();
    } catch (error) {
      if (!(error instanceof UserError) || (values.coin && !values.data)) throw error;
      output.note(`${coin}: ${error.message}`);
      return undefined;
    }
  };
  const path = values.positions;
  const scores = await part(async () => {
    if (path === undefined) return undefined;
    const measured = await readJoinedInput({ ...values, positions: path }, input);
    return score(input, own, { measured, ...carried, ...progress('positions') });
  });
  const events = await part(
    async () =>
      values.liquidations &&
      scoreEvents(input, await readLiquidations(values.liquidations, { coin }), progress('forced orders')),
  );
  const daily = values['daily-liquidations'];
  const totals = await part(
    async () =>
      daily && scoreTotals(input, await readDailyLiquidations(daily, { coin }), progress('daily totals')),
  );
  const falls = [];
  for (const window of windows) {
    output.note(`${coin}: fall of ${new Date(window.fromMs).toISOString().slice(0, 10)}`);
    const fall = await part(() => scoreFall(input, window));
    if (fall) falls.push(fall);
  }
  return {
    coin,
    venue,
    ...(scores && { positions: scores }),
    ...(events && { events }),
    ...(totals && { totals }),
    ...(falls.length > 0 && { falls }),
  };
}

function printed(report: ScoreReport, { json, csv }: Values): string {
  if (csv) return figureLines(report).join('\n');
  return json ? JSON.stringify(report) : reportText(report);
}

/** Says every tenth of the way what is being done. */
function tenths(output: Output, what: string): (done: number, of: number) => void {
  let said = -1;
  return (done, of) => {
    const tenth = Math.floor((done / of) * 10);
    if (tenth === said) return;
    said = tenth;
    output.note(`${what}, ${done} of ${of} ...`);
  };
}

async function drawSnapshots(folder: string, input: ReplayInput, times: readonly number[]): Promise<void> {
  const replay = new Replay(input);
  const pictures = new FramePictures(folder, [{ kind: 'map' }], input);
  for (const timeMs of times) {
    const frame = replay.at(timeMs);
    if ('map' in frame) await pictures.draw(frame);
  }
}

async function scoreSimulation(values: Values, output: Output): Promise<void> {
  const count = positiveNumber('seeds', values.seeds) ?? usualSeeds;
  const seeds = Array.from({ length: Math.ceil(count) }, (_, i) => i + 1);
  const lines = [rowHeader];
  if (values.csv) output.out(figureHeader);
  for (const coin of values.coin ? [values.coin.toUpperCase()] : allCoins) {
    const onProgress = tenths(output, `${coin}: simulated markets`);
    const simulated = await scoreSimulated({ coin, seeds, books, onProgress });
    const report = { coin, venue: 'simulated markets', simulated };
    output.out(printed(report, values));
    lines.push(...rowLines(report));
  }
  if (values.rows !== undefined) await writeFile(values.rows, `${lines.join('\n')}\n`);
}
