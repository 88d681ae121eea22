import { dayMs, minuteMs } from '../../src/core/durations.ts';
import { createSimulatedSources } from '../../src/market/simulated/market.ts';
import { servedFeeds } from '../../src/observed-liquidations.ts';
import { approachFigures } from './alert-replay/approach-figures.ts';
import { type EngineDays, engineDays } from './alert-replay/engine-days.ts';
import { createPathSource, readPaths } from './alert-replay/path-source.ts';
import { receiptTable, type Truth } from './alert-replay/receipt-table.ts';
import { onTape, readTape, type Tape, tapeFeeds } from './alert-replay/tape.ts';
import { needed, scriptOptions } from './script-options.ts';

const usage = `npx tsx test/support/alert-days.ts --data FOLDER --from 2025-12-20 --to 2025-12-27

How many alerts usual settings make on recorded days, and what their receipts say.

  --data FOLDER       candles, open interest and funding as they were recorded
  --from, --to TIME   the days of the tape of liquidations unless told, UTC
  --symbols BTC,ETH   BTC,ETH,SOL unless told
  --tape              holds receipts against the tape of liquidations
  --simulated SEED    four days of a simulated market instead
  --every MINUTES     from one map to the next; 10 unless told
  --sheets FILE       keeps maps for the next run
  --help`;

const { values } = scriptOptions(usage, {
  data: { type: 'string' },
  from: { type: 'string', default: '2026-03-04T06:00Z' },
  to: { type: 'string', default: '2026-03-05T11:00Z' },
  symbols: { type: 'string', default: 'BTC,ETH,SOL' },
  tape: { type: 'boolean', default: false },
  simulated: { type: 'string' },
  every: { type: 'string', default: '10' },
  sheets: { type: 'string' },
});
const coins = values.symbols.toUpperCase().split(',');

if (values.simulated === undefined) await recorded();
else await simulated(Number(values.simulated));

async function recorded(): Promise<void> {
  const data = needed(values.data, '--data FOLDER', usage);
  const [fromMs, toMs] = [Date.parse(values.from), Date.parse(values.to)];
  let now = fromMs;
  const source = await createPathSource({ folder: data, coins, nowMs: () => now });
  const tape: Tape = values.tape ? await readTape(data) : new Map();
  const days = await engineDays({
    sources: [source],
    feeds: tapeFeeds(tape),
    coins,
    fromMs,
    toMs,
    moveTo: (timeMs) => {
      now = timeMs;
    },
    mapEveryMs: Number(values.every) * minuteMs,
    ...(values.sheets !== undefined && { sheets: values.sheets }),
  });
  report(days, { fromMs, toMs });
  const paths = await readPaths(data, coins);
  for (const of of [coins, ...(coins.length > 1 ? coins.map((coin) => [coin]) : [])]) {
    const rows = days.alerts.filter(({ symbol }) => of.includes(symbol));
    console.log(`${of.join(', ')}: ${approachFigures(rows, paths, { fromMs, toMs }).join('; ')}`);
  }
  for (const line of receiptTable(days.stages, onTape(tape))) console.log(line);
}

async function simulated(seed: number): Promise<void> {
  const startMs = Date.UTC(2026, 0, 1);
  const fromMs = startMs + 22 * dayMs;
  const toMs = fromMs + 4 * dayMs;
  const market = createSimulatedSources({ seed, startMs, endMs: fromMs });
  const listed = (await Promise.all(market.sources.map((source) => source.markets()))).flat();
  const coin = coins.find((name) => listed.some(({ base }) => base === name)) ?? listed[0]!.base;
  const days = await engineDays({
    sources: market.sources,
    feeds: servedFeeds(market.sources),
    coins: [coin],
    fromMs,
    toMs,
    moveTo: (timeMs) => market.advance(timeMs),
  });
  report(days, { fromMs, toMs });
  const truth: Truth = {
    name: 'truly in the band the minute before',
    of: ({ atMs, side, low, high }) => {
      const isIn = (price = 0) => price >= low && price <= high;
      const held = market
        .truth(coin, atMs - minuteMs)
        .positions.filter((one) => one.side === side && isIn(one.liquidationPrice));
      return held.reduce(
        (sum, { contract, size, liquidationPrice = 0 }) =>
          sum + (contract === 'linear' ? size * liquidationPrice : size),
        0,
      );
    },
  };
  for (const line of receiptTable(days.stages, truth)) console.log(line);
}

function report(
  { alerts, stages, logged, blocked }: EngineDays,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): void {
  const told = alerts.filter(({ state, payload }) => state !== 'dropped' && payload.edits === undefined);
  const approaches = told.filter(({ payload }) => payload.kind === 'approach');
  const answered = new Set(told.map(({ payload }) => payload.repliesTo));
  const days = Math.round((toMs - fromMs) / dayMs);
  const perDay = Array.from({ length: Math.max(1, days) }, (_, i) => {
    const [a, b] = [fromMs + i * dayMs, fromMs + (i + 1) * dayMs];
    return told.filter(({ payload: { atMs } }) => atMs >= a && atMs < b).length;
  });
  const touches = stages.filter(({ stage }) => stage === 'touch');
  console.log(
    `${told.length} messages in ${((toMs - fromMs) / dayMs).toFixed(1)} days (${perDay.join(', ')}); ${approaches.length} approaches, ${approaches.filter(({ key }) => answered.has(key)).length} became touches; ${touches.length} touches, ${alerts.filter(({ state }) => state === 'dropped').length} left out`,
  );
  console.log([...blocked].map(([name, hours]) => `${hours} h ${name}`).join('; '));
  for (const { payload } of approaches) {
    console.log(`${stamp(payload.atMs)} ${payload.text.split('\n').slice(0, 2).join('. ')}`);
  }
  const trouble = logged.filter(({ level }) => level === 'warn' || level === 'error');
  if (trouble.length > 0) console.log(`${trouble.length} warnings, first: ${JSON.stringify(trouble[0])}`);
}

function stamp(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 16);
}
