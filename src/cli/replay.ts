import type { FlowTotals } from '../core/fold.ts';
import { JoinedReplay } from '../joined.ts';
import { binsJson, clustersJson } from '../map-json.ts';
import { readTimes } from '../market/recorded/times.ts';
import type { ReplayFrame } from '../replay.ts';
import { Replay } from '../replay.ts';
import type { CliCommand } from './command.ts';
import { parse, required } from './command.ts';
import { joinedOptions, joinedUsage, readJoinedInput } from './joined-input.ts';
import { readRecordedInput, recordedOptions, recordedUsage } from './recorded-input.ts';
import { FramePictures, parseViews } from './replay-pictures.ts';

const viewOptions = { views: { type: 'string' } } as const;

export const replayCommand: CliCommand = {
  name: 'replay',
  summary: 'fold recorded market data and print the map at given times, one JSON line each',
  usage: `npm run liqmap -- replay --coin BTC --venue NAME --candles FILE --oi FILE --times FILE [options]

${recordedUsage}
  --times FILE           one UTC millisecond a line
  --png DIR              also write a picture for each time
  --views LIST           which pictures: map, heatmap[:7d], changes[:24h], comma-separated (default map)
${joinedUsage}

Only candles that had closed and rows stamped at or before a time are used for it.`,
  async run(args, output) {
    const { values } = parse('replay', args, { ...recordedOptions, ...joinedOptions, ...viewOptions });
    const coin = required('replay', values, 'coin').toUpperCase();
    const times = await readTimes(required('replay', values, 'times'));
    const input = await readRecordedInput('replay', values, coin);
    const { positions } = values;
    const replay =
      positions === undefined
        ? new Replay(input)
        : new JoinedReplay(await readJoinedInput({ ...values, positions }, input));
    const { png, views = 'map' } = values;
    const pictures = png === undefined ? undefined : new FramePictures(png, parseViews(views), input);
    const lines = new Map<number, string>();
    const count = times.length;
    for (const [done, timeMs] of [...new Set(times)].sort((a, b) => a - b).entries()) {
      const frame = replay.at(timeMs);
      lines.set(
        timeMs,
        JSON.stringify('reason' in frame ? { ...frame, bins: [], clusters: [] } : lineOf(frame)),
      );
      if ('map' in frame) await pictures?.draw(frame);
      if (done % 100 === 99) output.note(`${done + 1} of ${count} times`);
      while (times.length > 0 && lines.has(times[0]!)) output.out(lines.get(times.shift()!)!);
    }
    output.note(scaleNote(replay.lastScale, input.borrowed, input.candleOpenInterest !== undefined));
    return 0;
  },
};

/** The documented JSON of one moment. USD are valued at each bin's own price. */
function lineOf({ timeMs, mark, markAgeMs, volumeScale, map, clusters, flows }: ReplayFrame) {
  return {
    timeMs,
    mark,
    markAgeMs,
    volumeScale,
    openInterestUsd: map.openInterestUsd,
    bins: binsJson(map),
    outside: map.outside,
    neverLiquidatedUsd: map.neverLiquidated.longUsd + map.neverLiquidated.shortUsd,
    olderUsd: map.older.longUsd + map.older.shortUsd,
    unknownAgeShare: map.unknownAgeShare,
    flows: flowsInUsd(flows, mark),
    clusters: clustersJson(clusters),
  };
}

/** Totals since the first open interest, sizes valued at the mark now. */
function flowsInUsd(flows: FlowTotals, mark: number) {
  const side = ({ opened, closed, liquidated, unconfirmed }: FlowTotals['long']) => ({
    openedUsd: opened * mark,
    closedUsd: closed * mark,
    liquidatedUsd: liquidated * mark,
    unconfirmedUsd: unconfirmed * mark,
  });
  return {
    long: side(flows.long),
    short: side(flows.short),
    tracedVolumeUsd: flows.traced * mark,
    missingVolumeUsd: flows.missingVolume * mark,
  };
}

function scaleNote(scale: number, borrowed: boolean, measured: boolean): string {
  if (!borrowed) return `volume scale ${scale}`;
  const rule = measured ? 'ratio of open interest' : 'open interest over 7-day volume at a usual turnover';
  return `borrowed candles: volume scaled by ${scale.toPrecision(4)} at the end (${rule})`;
}
