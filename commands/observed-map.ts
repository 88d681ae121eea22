import { drawLiquidations } from '../renderers/liquidations/chart.ts';
import { liquidationsText } from '../renderers/liquidations/text.ts';
import type { Shape } from '../renderers/look.ts';
import { maxTextLength } from '../renderers/picture-text.ts';
import { cropMap } from '../src/core/crop-map.ts';
import { hourMs } from '../src/core/durations.ts';
import type { LiquidationMap, MapWindow } from '../src/core/liquidation-map.ts';
import type { Observation } from '../src/core/observed.ts';
import { agedMap } from '../src/map-age.ts';
import { clustersJson } from '../src/map-json.ts';
import type { MapAnswer } from '../src/maps.ts';
import { type LiquidationFeeds, observe } from '../src/observed-liquidations.ts';
import type { Settings } from '../src/settings.ts';
import { lookUpSymbol } from '../src/symbol-lookup.ts';
import type { Context, Reply } from './command.ts';
import { lookOf } from './picture-look.ts';
import { pictureName } from './picture-name.ts';
import { nowOf, withLocalTime } from './spoken-time.ts';

export type ObservedRequest = {
  readonly symbol: string;
  readonly window: MapWindow;
  readonly hours: number;
  readonly theme: 'dark' | 'light';
  readonly shape: Shape;
  readonly venues?: readonly string[] | undefined;
  /** Half width of the picture as a fraction of price; as wide as what was seen unless told. */
  readonly range?: number | undefined;
};

/** Half widths of which the narrowest that shows nearly all that was seen is taken. */
const ranges = [0.1, 0.2, 0.35, 0.5] as const;
/** Of the liquidated USD that must be seen. */
const mostOfIt = 0.98;

const noFeeds: LiquidationFeeds = { see: async () => ({ liquidations: [], watches: [] }) };

/** A map with the liquidations that were seen in the last hours below it. */
export async function observedMap(
  request: ObservedRequest,
  context: Context,
  settings: Settings,
): Promise<Omit<Reply, 'buttons'>> {
  const { symbol, window, hours, venues, range } = request;
  const { maps, liquidations = noFeeds, draw } = context;
  const nowMs = nowOf(context);
  const wanted = { symbol, window, ...(venues && { venues }), ...(range !== undefined && { range }) };
  const [found, answer] = await Promise.all([lookUpSymbol(maps, symbol, venues), maps.map(wanted)]);
  const coin = found.found ? found : { base: answer.map.symbol, markets: [] };
  const observation = await observe(liquidations, coin, { fromMs: nowMs - hours * hourMs, toMs: nowMs });
  const shown = cropMap(answer, range ?? rangeFor(observation, answer.map));
  // Words have no edges: they name what is large beyond those of the picture, too.
  const { caption, alt } = textOf(answer, observation, nowMs);
  return {
    text: withLocalTime(caption, answer.map.timeMs, settings, maxTextLength),
    picture: {
      fileName: pictureName(answer.map.symbol, window, 'liqs'),
      alt,
      draw: () => drawLiquidations({ ...shown, observation, ...lookOf(request, context) }, draw),
    },
    data: { ...observation, priceUsd: answer.map.priceUsd, clusters: clustersJson(answer.clusters) },
  };
}

function textOf({ map, clusters }: MapAnswer, observation: Observation, nowMs: number) {
  return liquidationsText({ map: agedMap(map, nowMs), clusters, observation });
}

function rangeFor({ liquidations }: Observation, { priceUsd }: LiquidationMap): number {
  const total = liquidations.reduce((sum, { usd }) => sum + usd, 0);
  const within = (range: number) =>
    liquidations.reduce(
      (sum, { price, usd }) => (Math.abs(price / priceUsd - 1) <= range ? sum + usd : sum),
      0,
    );
  if (total === 0) return ranges[0];
  return ranges.find((range) => within(range) >= mostOfIt * total) ?? ranges.at(-1)!;
}
