import type { Heatmap } from '../src/core/heatmap.ts';
import { type HeatSpan, xOfTime, yOfPrice } from './heat-axes.ts';
import type { HeatFrame } from './heat-frame.ts';
import type { Box } from './marks.ts';
import type { Theme } from './theme.ts';

/** A rim in the colour of the ground sets them off from any colour behind. */
const rim = 1;

/** The path of price over the levels: filled where it rose, in the colour of longs where it fell. */
export function drawCandles(heat: Heatmap, span: HeatSpan, at: HeatFrame, theme: Theme): readonly Box[] {
  const width = (at.plot.x2 - at.plot.x) / heat.candles.length;
  const half = Math.max(0.7, Math.min(5, width * 0.32));
  const boxes = heat.candles.flatMap((candle, column) => {
    if (!candle) return [];
    const middle = xOfTime(heat.timeMs - (heat.candles.length - column - 0.5) * heat.columnMs, span, at);
    const y = (priceUsd: number) => yOfPrice(priceUsd, span, at);
    const color = candle.close >= candle.open ? theme.price : theme.long;
    const body = {
      top: y(Math.max(candle.open, candle.close)),
      foot: y(Math.min(candle.open, candle.close)),
    };
    const shape = { color, opacity: 1, radius: 0 };
    return [
      { x: middle - 0.6, x2: middle + 0.6, y: y(candle.high), y2: y(candle.low), ...shape },
      { x: middle - half, x2: middle + half, y: body.top, y2: Math.max(body.foot, body.top + 1), ...shape },
    ];
  });
  const behind = boxes.map((box) => ({
    ...box,
    x: box.x - rim,
    x2: box.x2 + rim,
    y: box.y - rim,
    y2: box.y2 + rim,
    color: theme.background,
    opacity: 0.55,
  }));
  return [...behind, ...boxes];
}
