import type { Chart } from '../../renderers/chart.ts';
import { type Box, overlap, type Text, textBounds } from '../../renderers/marks.ts';

export function textsOf(chart: Chart): readonly Text[] {
  return chart.data['texts'] as readonly Text[];
}

export function wordsOf(chart: Chart): readonly string[] {
  return textsOf(chart).map(({ text }) => text);
}

/** Pairs of texts that touch, and texts that stick out, in words for the failure message. */
export function layoutFaults(chart: Chart): readonly string[] {
  const size = chart.template as { readonly width: number; readonly height: number };
  const placed = textsOf(chart).map((text) => ({ text: text.text, bounds: textBounds(text) }));
  return [
    ...placed
      .filter(
        ({ bounds }) => bounds.x < 0 || bounds.y < 0 || bounds.x2 > size.width || bounds.y2 > size.height,
      )
      .map(({ text }) => `${text} leaves the frame`),
    ...placed.flatMap((a, index) =>
      placed
        .slice(index + 1)
        .filter((b) => overlap(a.bounds, b.bounds))
        .map((b) => `${a.text} touches ${b.text}`),
    ),
  ];
}

/** Everything that a person or vega would stumble over. */
export function valueFaults(chart: Chart): readonly string[] {
  const numbers = Object.entries(chart.data).flatMap(([name, rows]) =>
    rows.flatMap((row) =>
      Object.entries(row).flatMap(([key, value]) =>
        value === undefined || (typeof value === 'number' && !Number.isFinite(value))
          ? [`${name}.${key} is ${value}`]
          : [],
      ),
    ),
  );
  const words = wordsOf(chart).filter((text) => /NaN|undefined|null|Infinity|\[object|\$-|--/.test(text));
  const params = Object.entries(chart.params).filter(([, value]) => !Number.isFinite(value));
  const boxes = [...chart.data['under']!, ...chart.data['over']!] as readonly Box[];
  const inverted = boxes.filter((box) => box.x2 < box.x || box.y2 < box.y);
  return [...numbers, ...words, ...params.map(String), ...inverted.map((box) => JSON.stringify(box))];
}
