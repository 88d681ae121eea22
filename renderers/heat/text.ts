import type { Heatmap } from '../../src/core/heatmap.ts';
import type { Cluster, LiquidationMap } from '../../src/core/liquidation-map.ts';
import { mapFacts } from '../map/facts.ts';
import { mapText } from '../map/text.ts';
import { price, signedPercent, usd, utcTime } from '../numbers.ts';
import { type PictureText, withinLimit } from '../picture-text.ts';
import { heatScale } from './colors.ts';
import { rowWidth } from './row-width.ts';

/** The text twin of `heatChart`: how price went, and what stands at its end; each below 1,024 characters. */
export function heatText(
  heat: Heatmap,
  map: LiquidationMap,
  clusters: readonly Cluster[],
  span: string,
): PictureText {
  const { symbol, stamp } = mapFacts(map, clusters);
  const now = mapText(map, clusters);
  const lines = [`${symbol} liquidation heatmap, ${span} - ${stamp}`, path(heat), scale(heat)];
  const rest = (text: string, separator: string) => text.slice(text.indexOf(separator) + separator.length);
  return {
    caption: withinLimit([...lines, 'What stands now:', rest(now.caption, '\n')].join('\n')),
    alt: withinLimit(`${lines.join('. ')}. What stands now: ${rest(now.alt, '). ')}`),
  };
}

function path({ candles, timeMs, columnMs }: Heatmap): string {
  const known = candles.filter((candle) => candle !== undefined);
  const first = known[0];
  const last = known.at(-1);
  if (!first || !last) return 'No candle in this time';
  const low = Math.min(...known.map((candle) => candle.low));
  const high = Math.max(...known.map((candle) => candle.high));
  const since = utcTime(timeMs - candles.length * columnMs);
  const move = signedPercent((last.close / first.open - 1) * 100);
  return `Since ${since} price went from $${price(first.open)} to $${price(last.close)} (${move}), between $${price(low)} and $${price(high)}`;
}

function scale({ longUsd, shortUsd, edges, priceUsd }: Heatmap): string {
  const { brightUsd: bright } = heatScale(longUsd, shortUsd);
  return bright > 0
    ? `Strongest colour: ${usd(bright)} and more per ${rowWidth({ edges, priceUsd })} of price, longs below the path, shorts above`
    : 'Nothing stood in this time';
}
