import type { Frame } from '../frame.ts';
import { boxes, pictureTemplate, skyline, strokes, words } from '../template.ts';
import type { Theme } from '../theme.ts';
import { hasMeasured, hatchStroke } from './hatch.ts';

/** Bounds of the price axis, and what the top of the plot stands for. */
export const mapParams = ['lowUsd', 'highUsd', 'barTopUsd', 'curveTopUsd'] as const;

/**
 * The vega-lite template of a liquidation map: it depends on theme, size and the number of layers alone, so it
 * is compiled once; with measured positions (`barColors`) they are hatched. Data sets `bars` and `curves` are in USD, the others in px (see `marks.ts`).
 */
export function mapTemplate(frame: Frame, theme: Theme, colors: readonly string[]): object {
  return pictureTemplate({ size: frame, theme, params: mapParams, layers: mapLayers(frame, theme, colors) });
}

/** The layers of a map, with `more` of them between the data and the words. */
export function mapLayers(
  frame: Frame,
  theme: Theme,
  colors: readonly string[],
  more: readonly object[] = [],
): readonly object[] {
  const sides = [theme.long, theme.short];
  return [
    boxes('under'),
    words('watermarks'),
    curves(frame, sides, { type: 'area', opacity: 0.13 }),
    bars(frame, colors),
    ...(hasMeasured(colors, theme) ? [strokes('hatch', hatchStroke(theme))] : []),
    // A rim in the colour of the ground keeps the curves apart from the bars they cross.
    curves(frame, [theme.panel, theme.panel], { type: 'line', strokeWidth: 5, strokeJoin: 'round' }),
    curves(frame, sides, { type: 'line', strokeWidth: 2.5, strokeJoin: 'round' }),
    ...more,
    boxes('over'),
    words('texts'),
  ];
}

function bars(frame: Frame, colors: readonly string[]): object {
  return skyline({
    name: 'bars',
    x: priceScale('price', frame),
    y: usdScale('from', 'barTopUsd', frame.plot.y2, frame.plot.y),
    by: 'layer',
    domain: colors.map((_, index) => index),
    colors,
  });
}

function curves(frame: Frame, colors: readonly string[], mark: object): object {
  return {
    data: { name: 'curves' },
    mark,
    encoding: {
      x: priceScale('price', frame),
      y: usdScale('usd', 'curveTopUsd', frame.plot.y2, frame.plot.y),
      color: {
        field: 'side',
        type: 'nominal',
        scale: { domain: ['long', 'short'], range: colors },
        legend: null,
      },
    },
  };
}

/** The map's own axis of prices. */
export function priceScale(field: string, { plot }: Frame): object {
  const scale = {
    domain: [{ expr: 'lowUsd' }, { expr: 'highUsd' }],
    range: [plot.x, plot.x2],
    nice: false,
    zero: false,
  };
  return { field, type: 'quantitative', axis: null, scale };
}

/** USD from nothing at the px `zeroY` to the parameter `top` at the px `topY`. */
export function usdScale(field: string, top: string, zeroY: number, topY: number): object {
  const scale = { domain: [0, { expr: top }], range: [zeroY, topY], nice: false };
  return { field, type: 'quantitative', axis: null, stack: null, scale };
}
