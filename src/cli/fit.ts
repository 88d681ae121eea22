import { writeFile } from 'node:fs/promises';
import type { FittedScore } from '../core/fitted-table.ts';
import { UserError } from '../errors.ts';
import type { Calibrated, Coverage } from '../fitting/calibration.ts';
import { calibrate, coverageOf } from '../fitting/calibration.ts';
import type { HeldOutScore } from '../fitting/score.ts';
import { scoreHeldOut } from '../fitting/score.ts';
import { bootstrapSpread } from '../fitting/spread.ts';
import { tableModule, tableOf } from '../fitting/table.ts';
import type { FitMarket, SettingScore } from '../fitting.ts';
import { asGoodAsBest, chooseSettings, earlierHalf, fitWeights, laterHalf, seenBy } from '../fitting.ts';
import { fitProportions, JoinedReplay } from '../joined.ts';
import { readPositions } from '../market/recorded/positions.ts';
import { snapshotsOf } from '../scoring/snapshots.ts';
import type { CliCommand, Output } from './command.ts';
import { parse, required } from './command.ts';
import { readJoinedInput } from './joined-input.ts';
import { readRecordedInput, recordedOptions, recordedUsage } from './recorded-input.ts';

const coins = ['BTC', 'ETH', 'SOL'];

export const fitCommand: CliCommand = {
  name: 'fit',
  summary: 'fit opening weights to real positions and write the table that maps use',
  usage: `npm run liqmap -- fit --venue NAME --candles FILE --oi FILE --positions FILE [--out FILE] [options]

${recordedUsage.replace("  --coin BTC             coin, as in the files' column\n", '')}
  --positions FILE       CSV or CSV.gz: time_ms,trader,coin,side,size,entry,leverage,value_usd,upnl_usd,liq_price
  --out FILE             write the table as a TypeScript module (src/core/fitted-weights.ts)

Fits BTC, ETH and SOL together. Churn, holding times and shrinkage are chosen inside the earlier half of the snapshots,
each day predicted from the days before it. Weights fitted to the earlier half are scored once on the later half; the
table to use is then fitted to all snapshots by the same settings. Takes some minutes; the same data give the same table.`,
  async run(args, output) {
    const { values } = parse('fit', args, {
      ...recordedOptions,
      positions: { type: 'string' },
      out: { type: 'string' },
    });
    const venue = required('fit', values, 'venue').toLowerCase();
    const positions = await readPositions(required('fit', values, 'positions'));
    const traders = new Map<object, string>(positions.map((position) => [position, position.trader]));
    const markets: FitMarket[] = [];
    for (const coin of coins) {
      const snapshots = snapshotsOf(positions.filter((position) => position.coin === coin));
      if (snapshots.length < 4)
        throw new UserError(`Fitting ${coin} needs four snapshots of positions or more.`);
      const input = await readRecordedInput('fit', values, coin);
      markets.push({ coin, snapshots, input, traderOf: (position) => traders.get(position)! });
    }
    const tried = chooseSettings(markets, (done, of, what) => output.note(`${done} of ${of}: ${what}`));
    output.out(settingsTable(tried));
    const { settings } = asGoodAsBest(tried);
    const training = markets.map(earlierHalf);
    const earlier = fitWeights(training, settings);
    const scores = markets.map((market) => ({
      coin: market.coin,
      ...scoreHeldOut(market, earlier.coins.get(market.coin)!),
    }));
    output.out(scoreTable(scores));
    const spread = bootstrapSpread(training, earlier, settings);
    const calibrated = calibrate(training, earlier, spread);
    const { uncertainty } = calibrated;
    const later = markets.map(laterHalf);
    output.out(
      bandTable(calibrated, [
        coverageOf(training, earlier, calibrated),
        coverageOf(later, seenBy(earlier, later), calibrated),
      ]),
    );
    const replays = [];
    for (const { input } of markets) {
      const given = { ...values, positions: values.positions!, 'measured-age': '4h' };
      replays.push(
        new JoinedReplay(await readJoinedInput(given, { ...input, weights: earlier.coins.get(input.coin)! })),
      );
    }
    const proportions = fitProportions(replays, earlier.trainedUntilMs);
    output.out(
      `joined estimate, proportions before a coin's own snapshots (src/core/joined/joined-prior.ts): ${proportions.join(', ')}`,
    );
    await write(values.out, output, () => {
      const shipped = tableOf(venue, fitWeights(markets, settings), { settings, uncertainty });
      const heldOut = tableOf(venue, earlier, { settings, uncertainty });
      return tableModule(shipped, heldOut, scores.map(fittedScore));
    });
    return 0;
  },
};

async function write(path: string | undefined, output: Output, text: () => string): Promise<void> {
  if (path === undefined) return;
  await writeFile(path, text());
  output.note(`wrote ${path}`);
}

function fittedScore({
  coin,
  p10,
  emdPct,
  logGain,
  sides,
  positions,
}: HeldOutScore & { coin: string }): FittedScore {
  const rounded = (value: number) => Number(value.toFixed(3));
  return { coin, p10: rounded(p10), emdPct: rounded(emdPct), logGain: rounded(logGain), sides, positions };
}

function settingsTable(tried: readonly SettingScore[]): string {
  const chosen = asGoodAsBest(tried);
  const line = (one: SettingScore) => {
    const { churn, fastHazardRatio, pooledDays } = one.settings;
    const figures = [one.logGain, one.nearLogGain, one.p10, one.emdPct].map((figure) => figure.toFixed(3));
    const cells = [churn, `1 : ${fastHazardRatio}`, pooledDays, ...figures, one === chosen ? 'chosen' : ''];
    return `| ${cells.join(' | ')} |`;
  };
  return [
    '| churn | hazards | days of all coins | LL, all | LL, 30 % | p@10 | EMD % | |',
    '|---|---|---|---|---|---|---|---|',
    ...tried.map(line),
    '',
  ].join('\n');
}

function bandTable({ factor, dispersion, uncertainty }: Calibrated, [earlier, later]: Coverage[][]): string {
  const { spread, positionShare } = uncertainty;
  const percent = (share: number) => `${(share * 100).toFixed(0)} %`;
  const line = ({ widthPct, held, empty }: Coverage, i: number) => {
    const { held: heldLater, empty: emptyLater } = later![i]!;
    return `| ${[`${widthPct} %`, percent(held), percent(empty), percent(heldLater), percent(emptyLater)].join(' | ')} |`;
  };
  return [
    `log deviation of weights (${dispersion} x bootstrap), longs ${spread.long.join(', ')}; shorts ${spread.short.join(', ')}`,
    `position that counts: ${factor} of the mean by value, ${positionShare} of open interest`,
    '| bands called 80 %, windows of | earlier half: held | empty | later half: held | empty |',
    '|---|---|---|---|---|',
    ...earlier!.map(line),
    '',
  ].join('\n');
}

function scoreTable(scores: readonly (HeldOutScore & { readonly coin: string })[]): string {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  const line = ({ coin, p10, emdPct, logGain, sides, positions, near }: (typeof scores)[number]) => {
    const shares = (['long', 'short'] as const).map(
      (side) => `${percent(near[side].predicted)} (${percent(near[side].real)})`,
    );
    const cells = [
      coin,
      p10.toFixed(2),
      `${emdPct.toFixed(2)} %`,
      logGain.toFixed(2),
      ...shares,
      sides,
      positions,
    ];
    return `| ${cells.join(' | ')} |`;
  };
  return [
    '| later half | p@10 | EMD | LL | longs within 10 % (real) | shorts within 10 % (real) | sides | positions |',
    '|---|---|---|---|---|---|---|---|',
    ...scores.map(line),
    '',
  ].join('\n');
}
