import { stackBars } from '../../renderers/map/bars.ts';
import { price } from '../../renderers/numbers.ts';
import { layerColors, type Theme } from '../../renderers/theme.ts';
import type { LiquidationMap } from '../core/liquidation-map.ts';

const font = 'system-ui, sans-serif';
const height = 380;

/**
 * A map as a vega-lite specification that a page fills its width with: bars stacked by leverage as on the picture, the
 * price, and over each bin an area that tells what is in it and is marked while it is walked to (parameter `walked`, the
 * index of the bin). The page brings the data set `bins` of `PageBin` with their `index`.
 */
export function pageChart(map: LiquidationMap, theme: Theme): object {
  const x = {
    type: 'quantitative',
    scale: { domain: [map.edges[0]!, map.edges.at(-1)!], nice: false, zero: false },
  };
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    width: 'container',
    height,
    autosize: { type: 'fit', contains: 'padding' },
    background: theme.background,
    config: config(theme),
    params: [{ name: 'walked', value: -1 }],
    layer: [
      barsLayer(map, theme, x),
      ...priceLayers(map.priceUsd, theme, x),
      sideName('LONGS LIQUIDATED', { align: 'left', x: 8, color: theme.long }),
      sideName('SHORTS LIQUIDATED', { align: 'right', x: { expr: 'width - 8' }, color: theme.short }),
      binsLayer(theme, x),
    ],
  };
}

/** Stacked by leverage. */
function barsLayer(map: LiquidationMap, theme: Theme, x: object): object {
  const bars = stackBars(map);
  const names = [...bars.labels, ...(bars.measured ? ['measured'] : [])];
  const colors = [...layerColors(theme, bars.labels.length), ...(bars.measured ? [theme.text] : [])];
  const rows = bars.rows.filter((row, i) => {
    const before = bars.rows[i - 1];
    const after = bars.rows[i + 1];
    // A step that changes nothing needs no point, but the ends of each layer do.
    const isInside = before?.layer === row.layer && after?.layer === row.layer;
    return !isInside || before?.from !== row.from || before.to !== row.to;
  });
  const priceAxis = {
    title: 'price, USD',
    grid: false,
    labelOverlap: true,
    tickCount: { expr: 'width / 90' },
  };
  return {
    data: { values: rows.map(({ layer, ...row }) => ({ group: names[layer], ...row })) },
    mark: { type: 'area', interpolate: 'step-after' },
    encoding: {
      x: { field: 'price', ...x, axis: priceAxis },
      y: {
        field: 'from',
        type: 'quantitative',
        stack: null,
        // Room above for the names of the sides.
        scale: { domain: [0, (bars.topUsd || 1) * 1.15], nice: false },
        axis: { title: 'USD per bin', format: '$.3~s', tickCount: 5 },
      },
      y2: { field: 'to' },
      color: {
        field: 'group',
        type: 'nominal',
        sort: names,
        scale: { domain: names, range: colors },
        legend: { title: 'effective leverage', orient: 'top', columns: { expr: 'width < 520 ? 3 : 7' } },
      },
    },
  };
}

/** A line, and its name above it. */
function priceLayers(priceUsd: number, theme: Theme, x: object): readonly object[] {
  const data = { values: [{ price: priceUsd }] };
  const encoding = { x: { field: 'price', ...x } };
  const text = { text: `$${price(priceUsd)}`, y: -8, fontWeight: 700, fontSize: 12 };
  return [
    { data, mark: { type: 'rule', color: theme.price, strokeDash: [4, 3], strokeWidth: 1.5 }, encoding },
    { data, mark: { type: 'text', ...text, color: theme.price }, encoding },
  ];
}

/** Over each bin an area that tells what is in it. */
function binsLayer(theme: Theme, x: object): object {
  return {
    name: 'bins',
    // The page has them anyway, to walk through.
    data: { name: 'bins' },
    params: [{ name: 'pointed', select: { type: 'point', on: 'pointerover', clear: 'pointerout' } }],
    mark: { type: 'rect', color: theme.text, cursor: 'crosshair' },
    encoding: {
      x: { field: 'low', ...x },
      x2: { field: 'high' },
      y: { value: 0 },
      y2: { value: 'height' },
      opacity: {
        condition: [
          { param: 'pointed', empty: false, value: 0.25 },
          { test: 'datum.index === walked', value: 0.4 },
        ],
        value: 0,
      },
      tooltip: tooltipFields,
    },
  };
}

function sideName(text: string, mark: object): object {
  return {
    data: { values: [{}] },
    mark: { type: 'text', text, y: 16, fontWeight: 700, fontSize: 12, ...mark },
  };
}

const tooltipFields = [
  ['price', 'Price'],
  ['distance', 'Distance'],
  ['usd', 'Liquidated here'],
  ['band', '80 % band'],
  ['leverage', 'Leverage'],
  ['venues', 'Venues'],
  ['onTheWay', 'On the way there'],
].map(([field, title]) => ({ field, type: 'nominal', title }));

function config(theme: Theme): object {
  const words = { labelColor: theme.muted, titleColor: theme.muted, labelFont: font, titleFont: font };
  return {
    font,
    view: { stroke: null, fill: theme.panel },
    axis: {
      ...words,
      gridColor: theme.grid,
      domainColor: theme.grid,
      tickColor: theme.grid,
      titleFontWeight: 400,
    },
    legend: { ...words, titleFontWeight: 400 },
    mark: { invalid: null },
  };
}
