import type { Frame } from '../frame.ts';
import { priceScale, usdScale } from '../map/template.ts';
import { boxes, pictureTemplate, words } from '../template.ts';
import type { Theme } from '../theme.ts';

/**
 * Fuel and depth over price. Data sets `fuel` (areas), `fuelLines` and `depth` are in USD, of which the parameter
 * `topUsd` reaches the px `dataTop`; the others are in px.
 */
export function cascadeTemplate(at: Frame, theme: Theme, dataTop: number): object {
  const x = priceScale('price', at);
  const y = usdScale('usd', 'topUsd', at.plot.y2, dataTop);
  const sides = { domain: ['long', 'short'], range: [theme.long, theme.short] };
  const kinds = ['long seen', 'short seen', 'long beyond', 'short beyond'];
  const byKind = (range: readonly unknown[]) => ({
    field: 'kind',
    type: 'nominal',
    scale: { domain: kinds, range },
    legend: null,
  });
  const fuel = (name: string, mark: object, scale: object) => ({
    data: { name },
    mark,
    encoding: { x, y, color: { field: 'kind', type: 'nominal', scale, legend: null } },
  });
  const rim = { domain: sides.domain, range: [theme.panel, theme.panel] };
  return pictureTemplate({
    size: at,
    theme,
    params: ['lowUsd', 'highUsd', 'topUsd'],
    layers: [
      boxes('under'),
      words('watermarks'),
      fuel('fuel', { type: 'area', opacity: 0.22 }, sides),
      fuel('fuelLines', { type: 'line', strokeWidth: 6, strokeJoin: 'round' }, rim),
      fuel('fuelLines', { type: 'line', strokeWidth: 3, strokeJoin: 'round' }, sides),
      {
        data: { name: 'depth' },
        mark: { type: 'line', strokeWidth: 3, strokeJoin: 'round' },
        encoding: {
          x,
          y,
          color: byKind(kinds.map(() => theme.book)),
          strokeDash: byKind([
            [1, 0],
            [1, 0],
            [8, 6],
            [8, 6],
          ]),
        },
      },
      boxes('over'),
      words('texts'),
    ],
  });
}
