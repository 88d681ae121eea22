import type { Chart } from '../chart.ts';
import { type Look, lookKey, pixelRatio } from '../look.ts';
import type { Marks } from '../marks.ts';
import type { TableFrame } from './frame.ts';
import { tableTemplate } from './template.ts';

/** A picture of boxes and words alone: all boards of one look and size share a template. */
export function tableChart(marks: Marks, at: TableFrame, look: Look): Chart {
  return {
    key: `table/${lookKey(at, look.theme)}`,
    template: tableTemplate(at, look.theme),
    data: marks,
    params: {},
    pixelRatio: pixelRatio(look),
  };
}
