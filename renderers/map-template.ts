import type { Frame } from './frame.ts';
import { fontFamily } from './text-width.ts';
import type { Theme } from './theme.ts';

/**
 * The vega-lite template of a liquidation map: it depends on theme, size and the number of layers alone, so it
 * is compiled once. Data sets `bars` and `curves` are in USD, the others in px (see `marks.ts`); parameters
 * `lowUsd`, `highUsd` bound the price axis, `barTopUsd` and `curveTopUsd` are what the top of the plot stands for.
 */
export function mapTemplate(frame: Frame, theme: Theme, colors: readonly string[]): object {
  const sides = [theme.long, theme.short];
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    width: frame.width,
    height: frame.height,
    padding: 0,
    autosize: 'none',
    background: theme.background,
    // Screen reader attributes would double the SVG and are lost in a PNG; the text twin serves instead.
    config: { aria: false, font: fontFamily, view: { stroke: null, fill: null }, mark: { invalid: null } },
    params: [
      { name: 'lowUsd', value: 0 },
      { name: 'highUsd', value: 1 },
      { name: 'barTopUsd', value: 1 },
      { name: 'curveTopUsd', value: 1 },
    ],
    resolve: { scale: { y: 'independent', color: 'independent' } },
    layer: [
      boxes('under'),
      words('watermarks'),
      curves(frame, sides, { type: 'area', opacity: 0.13 }),
      bars(frame, colors),
      // A rim in the colour of the ground keeps the curves apart from the bars they cross.
      curves(frame, [theme.panel, theme.panel], { type: 'line', strokeWidth: 5, strokeJoin: 'round' }),
      curves(frame, sides, { type: 'line', strokeWidth: 2.5, strokeJoin: 'round' }),
      boxes('over'),
      words('texts'),
    ],
  };
}

function bars(frame: Frame, colors: readonly string[]): object {
  return {
    data: { name: 'bars' },
    // One stepped area per layer instead of a bar per bin: no seams between neighbours, a tenth of the shapes.
    mark: { type: 'area', interpolate: 'step-after' },
    encoding: {
      x: priceScale('price', frame),
      y: usdScale('from', 'barTopUsd', frame),
      y2: { field: 'to' },
      color: {
        field: 'layer',
        type: 'ordinal',
        scale: { domain: colors.map((_, index) => index), range: colors },
        legend: null,
      },
    },
  };
}

function curves(frame: Frame, colors: readonly string[], mark: object): object {
  return {
    data: { name: 'curves' },
    mark,
    encoding: {
      x: priceScale('price', frame),
      y: usdScale('usd', 'curveTopUsd', frame),
      color: {
        field: 'side',
        type: 'nominal',
        scale: { domain: ['long', 'short'], range: colors },
        legend: null,
      },
    },
  };
}

function priceScale(field: string, { plot }: Frame): object {
  const scale = {
    domain: [{ expr: 'lowUsd' }, { expr: 'highUsd' }],
    range: [plot.x, plot.x2],
    nice: false,
    zero: false,
  };
  return { field, type: 'quantitative', axis: null, scale };
}

function usdScale(field: string, top: string, { plot }: Frame): object {
  const scale = { domain: [0, { expr: top }], range: [plot.y2, plot.y], nice: false };
  return { field, type: 'quantitative', axis: null, stack: null, scale };
}

function boxes(name: string): object {
  return {
    data: { name },
    mark: { type: 'rect', cornerRadius: { expr: 'datum.radius' } },
    encoding: {
      x: inPx('x'),
      x2: { field: 'x2' },
      y: inPx('y'),
      y2: { field: 'y2' },
      color: { field: 'color', type: 'nominal', scale: null },
      opacity: { field: 'opacity', type: 'quantitative', scale: null },
    },
  };
}

function words(name: string): object {
  return {
    data: { name },
    mark: {
      type: 'text',
      baseline: 'alphabetic',
      align: { expr: 'datum.align' },
      angle: { expr: 'datum.angle' },
      fontWeight: { expr: 'datum.weight' },
    },
    encoding: {
      x: inPx('x'),
      y: inPx('y'),
      text: { field: 'text', type: 'nominal' },
      size: { field: 'size', type: 'quantitative', scale: null },
      color: { field: 'color', type: 'nominal', scale: null },
    },
  };
}

function inPx(field: string): object {
  return { field, type: 'quantitative', scale: null, axis: null };
}
