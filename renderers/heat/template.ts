import { boxes, pictureTemplate, words } from '../template.ts';
import type { Theme } from '../theme.ts';
import type { HeatFrame } from './frame.ts';

/** One image for all cells, and everything else in px above it. */
export function heatTemplate(at: HeatFrame, theme: Theme): object {
  return pictureTemplate({
    size: at,
    theme,
    params: [],
    layers: [boxes('under'), words('watermarks'), image(at), boxes('over'), words('texts')],
  });
}

function image({ plot }: HeatFrame): object {
  const inPx = (field: string) => ({ field, type: 'quantitative', scale: null, axis: null });
  return {
    data: { name: 'image' },
    mark: {
      type: 'image',
      width: plot.x2 - plot.x,
      height: plot.y2 - plot.y,
      align: 'left',
      baseline: 'top',
      aspect: false,
    },
    encoding: { x: inPx('x'), y: inPx('y'), url: { field: 'url', type: 'nominal' } },
  };
}
