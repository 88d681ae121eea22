import { wideWeights } from '../core/weights.ts';
import { readPositions } from '../market/recorded/positions.ts';
import { readTimes } from '../market/recorded/times.ts';
import type { ReplayInput } from '../replay.ts';
import { Replay } from '../replay.ts';
import type { ScoreRow, Scores, ShareRow } from '../scoring.ts';
import { score } from '../scoring.ts';
import { scoreSimulated } from '../simulated-score.ts';
import type { CliCommand, Output } from './command.ts';
import { parse, required } from './command.ts';
import { drawFrame } from './frame-picture.ts';
import { readRecordedInput, recordedOptions, recordedUsage } from './recorded-input.ts';

const allCoins = ['BTC', 'ETH', 'SOL'];

export const scoreCommand: CliCommand = {
  name: 'score',
  summary: 'score maps from recorded data against real positions',
  usage: `npm run liqmap -- score --venue NAME --candles FILE --oi FILE --positions FILE [options]

${recordedUsage.replace("  --coin BTC             coin, as in the files' column", '  --coin BTC             only this coin; BTC, ETH and SOL unless told')}
  --positions FILE       CSV or CSV.gz: time_ms,trader,coin,side,size,entry,leverage,value_usd,upnl_usd,liq_price
  --times FILE           only snapshots of these times, one UTC millisecond a line
  --png DIR              also draw the map of each scored snapshot
  --json                 one JSON line a coin instead of tables
  --simulated            score against the true positions of simulated markets instead; needs no files

The earlier half of the snapshots trains the mean distance profile; all models are scored on the later half.`,
  async run(args, output) {
    const { values } = parse('score', args, {
      ...recordedOptions,
      positions: { type: 'string' },
      json: { type: 'boolean' },
      simulated: { type: 'boolean' },
    });
    if (values.simulated) return scoreSimulation(values.coin, output);
    const times = values.times === undefined ? undefined : new Set(await readTimes(values.times));
    const all = await readPositions(required('score', values, 'positions'));
    const positions = all.filter(({ timeMs }) => times === undefined || times.has(timeMs));
    for (const coin of values.coin ? [values.coin.toUpperCase()] : allCoins) {
      output.note(`scoring ${coin} ...`);
      const input = await readRecordedInput('score', values, coin);
      const scores = score(
        input,
        positions.filter((position) => position.coin === coin),
      );
      output.out(values.json ? JSON.stringify({ coin, ...scores }) : table(coin, scores));
      if (values.png !== undefined) await drawSnapshots(values.png, input, scores.times);
    }
    return 0;
  },
};

async function drawSnapshots(folder: string, input: ReplayInput, times: readonly number[]): Promise<void> {
  const replay = new Replay(input);
  for (const timeMs of times) {
    const frame = replay.at(timeMs);
    if ('map' in frame) await drawFrame(folder, frame);
  }
}

const seeds = [1, 2, 3];

async function scoreSimulation(coin: string | undefined, output: Output): Promise<number> {
  output.out('| simulated | side | seed | p@10 | EMD | LL | value within 30 %, map over true | positions |');
  output.out('|---|---|---|---|---|---|---|---|');
  for (const one of coin ? [coin.toUpperCase()] : allCoins) {
    for (const seed of seeds) {
      for (const { side, book, flat, valueRatio, positions } of await scoreSimulated({
        seed,
        coin: one,
        weights: wideWeights,
      })) {
        const cells = [
          one,
          side,
          seed,
          `${book.p10.toFixed(2)} (flat ${flat.p10.toFixed(2)})`,
          `${book.emdPct.toFixed(2)} % (flat ${flat.emdPct.toFixed(2)} %)`,
          signed(book.logGain),
          valueRatio.toFixed(2),
          positions,
        ];
        output.out(`| ${cells.join(' | ')} |`);
      }
    }
  }
  return 0;
}

function signed(gain: number): string {
  const text = gain.toFixed(2);
  if (Number(text) === 0) return '0.00';
  return gain > 0 ? `+${text}` : text;
}

function table(coin: string, { rows, shares, times }: Scores): string {
  return [
    `${coin}, snapshots from ${iso(times[0]!)} to ${iso(times.at(-1)!)}`,
    `| model | side | p@10 | EMD | LL | sides | positions |`,
    `|---|---|---|---|---|---|---|`,
    ...rows.map(scoreLine),
    '',
    `| share of one side's value | within 5 % | within 10 % | within 30 % | never |`,
    `|---|---|---|---|---|`,
    ...shares.flatMap(shareLines),
    '',
  ].join('\n');
}

function scoreLine({ model, side, measures, snapshots, positions }: ScoreRow): string {
  if (!measures)
    return `| ${model} | ${side} | no verdict: too few positions | | | ${snapshots} | ${positions} |`;
  const { p10, emdPct, logGain } = measures;
  return `| ${model} | ${side} | ${p10.toFixed(2)} | ${emdPct.toFixed(2)} % | ${signed(logGain)} | ${snapshots} | ${positions} |`;
}

function shareLines({ side, within, never }: ShareRow): string[] {
  const line = (name: string, of: (row: { predicted: number; real: number }) => number) =>
    `| ${side}, ${name} | ${[...within, never].map((row) => `${(of(row) * 100).toFixed(1)} %`).join(' | ')} |`;
  return [line('our book', (row) => row.predicted), line('real', (row) => row.real)];
}

function iso(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 16).replace('T', ' ');
}
