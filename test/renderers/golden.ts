import type { Chart } from '../../renderers/chart.ts';

const marks = ['under', 'watermarks', 'over', 'texts'];

/**
 * The template of a chart and all that is laid out in px, as text to be compared with what was reviewed: a mark a line,
 * numbers to a thousandth of a px.
 */
export function goldenText({ key, template, data, params, pixelRatio }: Chart): string {
  const compact = (value: unknown) =>
    JSON.stringify(value, (_, each) => (typeof each === 'number' ? Number(each.toPrecision(10)) : each));
  const inPx = (row: object) =>
    JSON.stringify(row, (_, each) => (typeof each === 'number' ? Number(each.toFixed(3)) : each));
  const sets = marks.map((name) => {
    const rows = (data[name] ?? []).map((row) => `  ${inPx(row)}`);
    return `"${name}": [\n${rows.join(',\n')}\n]`;
  });
  return [
    '{',
    `"key": ${compact(key)},`,
    `"pixelRatio": ${compact(pixelRatio)},`,
    `"params": ${compact(params)},`,
    `"template": ${compact(template)},`,
    `${sets.join(',\n')}`,
    '}\n',
  ].join('\n');
}
