import type { Size } from './frame.ts';
import { fontFamily } from './text-width.ts';
import type { Theme } from './theme.ts';

/**
 * A vega-lite specification of one view that fills the whole picture. Layers are drawn in their order; each has a
 * y axis and colours of its own and none draws an axis: those are made of boxes and words in px.
 */
export function pictureTemplate(options: {
  readonly size: Size;
  readonly theme: Theme;
  /** Parameters that the data's scales are bounded by. */
  readonly params: readonly string[];
  readonly layers: readonly object[];
}): object {
  const { size, theme, params, layers } = options;
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    width: size.width,
    height: size.height,
    padding: 0,
    autosize: 'none',
    background: theme.background,
    // Screen reader attributes would double the SVG and are lost in a PNG; the text twin serves instead.
    config: { aria: false, font: fontFamily, view: { stroke: null, fill: null }, mark: { invalid: null } },
    params: params.map((name) => ({ name, value: name.startsWith('low') ? 0 : 1 })),
    resolve: { scale: { y: 'independent', color: 'independent' } },
    layer: layers,
  };
}

/** A data set of `Box` as rectangles. */
export function boxes(name: string): object {
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

/** A data set of `Stroke` as thin lines. */
export function strokes(name: string, color: string): object {
  return {
    data: { name },
    mark: { type: 'rule', color, strokeWidth: 1.8 },
    encoding: { x: inPx('x'), y: inPx('y'), x2: { field: 'x2' }, y2: { field: 'y2' } },
  };
}

/** A data set of `Text` as words. */
export function words(name: string): object {
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

/**
 * A stacked skyline: one stepped area per value of `by` instead of a bar per bin, so no seams between neighbours
 * and a tenth of the shapes.
 */
export function skyline(options: {
  readonly name: string;
  readonly x: object;
  readonly y: object;
  readonly by: string;
  readonly domain: readonly (string | number)[];
  readonly colors: readonly string[];
}): object {
  const { name, x, y, by, domain, colors } = options;
  return {
    data: { name },
    mark: { type: 'area', interpolate: 'step-after' },
    encoding: {
      x,
      y,
      y2: { field: 'to' },
      color: { field: by, type: 'ordinal', scale: { domain, range: colors }, legend: null },
    },
  };
}

function inPx(field: string): object {
  return { field, type: 'quantitative', scale: null, axis: null };
}
