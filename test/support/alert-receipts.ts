import { acrossBand, type FrozenBand } from '../../src/alerts/frozen.ts';
import { takeReceipt } from '../../src/alerts/receipt.ts';
import { nearEdge } from '../../src/core/alerts/near-levels.ts';
import { hourMs, minuteMs } from '../../src/core/durations.ts';
import type { Cluster } from '../../src/core/liquidation-map.ts';
import { weightsFor } from '../../src/core/weights-for.ts';
import { MapService } from '../../src/service.ts';
import type { MarketPath } from './alert-replay/market-path.ts';
import { createPathSource, readPaths } from './alert-replay/path-source.ts';
import { receiptTable, type Stage } from './alert-replay/receipt-table.ts';
import { onTape, readTape, tapeFeeds } from './alert-replay/tape.ts';
import { needed, scriptOptions } from './script-options.ts';

const usage = `npx tsx test/support/alert-receipts.ts --data FOLDER

Receipts on the recorded tape of liquidations, of many more levels than are alerted of: each hour every cluster of the map, and
the band across the price from it, until price comes there.

  --data FOLDER   liquidations, candles, open interest and funding as they were recorded
  --help`;
/** A level that price comes to later belongs to another map. */
const watchedMs = 3 * hourMs;
const { values } = scriptOptions(usage, { data: { type: 'string' } });
const data = needed(values.data, '--data FOLDER', usage);

const tape = await readTape(data);
const coins = [...tape.keys()];
let now = 0;
const source = await createPathSource({ folder: data, coins, nowMs: () => now });
const paths = await readPaths(data, coins);
const maps = new MapService({ sources: [source], weights: weightsFor, nowMs: () => now });
const markets = await source.markets();
const feeds = tapeFeeds(tape);

for (const coin of coins) {
  const rows = tape.get(coin)!;
  const stages: Stage[] = [];
  const [fromMs, toMs] = [rows[0]!.timeMs, rows.at(-1)!.timeMs - hourMs];
  for (now = Math.ceil(fromMs / hourMs) * hourMs; now < toMs; now += hourMs) {
    const { map, clusters } = await maps.map({ symbol: coin, window: '7d' });
    for (const band of clusters.flatMap((cluster) => bandsOf(cluster, map.priceUsd))) {
      const atMs = reachedMs(paths.get(coin)!, band, { fromMs: now, toMs });
      // The next hour's map has the same cluster a little elsewhere.
      const isKnown = stages.some(
        (one) =>
          one.stage === band.stage && one.side === band.side && Math.abs(one.atMs - (atMs ?? 0)) < hourMs / 2,
      );
      if (atMs !== undefined && !isKnown) stages.push(await stageOf(coin, band, atMs));
    }
  }
  for (const line of receiptTable(stages, onTape(tape))) console.log(line);
}

/** A cluster ahead of the price, and the band across. */
function bandsOf({ id, side, low, high, usd }: Cluster, priceUsd: number): readonly FrozenBand[] {
  const isAhead = side === 'long' ? high < priceUsd : low > priceUsd;
  if (!isAhead) return [];
  const band: FrozenBand = { clusterId: id, stage: 'reached', day: 0, side, low, high, usd };
  return [band, acrossBand(band, priceUsd)];
}

function reachedMs(
  path: MarketPath,
  band: FrozenBand,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): number | undefined {
  const edgeUsd = nearEdge(band);
  for (let ms = fromMs; ms < Math.min(toMs, fromMs + watchedMs); ms += minuteMs) {
    const price = path.priceAt(ms);
    if (price !== undefined && (band.side === 'long' ? price <= edgeUsd : price >= edgeUsd)) return ms;
  }
  return undefined;
}

async function stageOf(symbol: string, { day: arming, ...band }: FrozenBand, atMs: number): Promise<Stage> {
  const prices = Array.from({ length: 61 }, (_, i) => paths.get(symbol)!.priceAt(atMs + i * minuteMs)!);
  const range = { lowestUsd: Math.min(...prices), highestUsd: Math.max(...prices) };
  const stage: Stage = {
    symbol,
    arming,
    ...band,
    atMs,
    priceUsd: prices[0]!,
    ...range,
    alerts: 0,
    receipts: {},
  };
  const own = markets.filter(({ base }) => base === symbol);
  const receipt = await takeReceipt(stage, { minutes: 60, priceUsd: prices[60]!, feeds, markets: own });
  return { ...stage, receipts: { 60: receipt } };
}
