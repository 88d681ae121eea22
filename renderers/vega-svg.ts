import * as vega from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { Chart } from './chart.ts';
import { type FontWeight, textWidth } from './text-width.ts';

// vega-lite 6.4.3 puts an enumerable toJSON on every Set, which crashes the import of discord.js. It tells sets of
// fields apart by it while compiling, so it is there then and at no other time.
const sets = Set.prototype as { toJSON?: unknown };
const setToJson = sets.toJSON;
delete sets.toJSON;

type TextItem = { readonly fontSize?: number; readonly fontWeight?: unknown };
/** Exported by vega, but not in its types. */
const { textMetrics } = vega as unknown as {
  textMetrics: { width: (item: TextItem, text: unknown) => number };
};
// Without a canvas vega guesses text widths from the number of characters.
textMetrics.width = (item, text) =>
  textWidth(String(text ?? ''), { size: item.fontSize ?? 11, weight: knownWeight(item.fontWeight) });

/** Compiled templates by key: compiling and parsing cost more than drawing. */
const compiled = new Map<string, vega.Runtime>();

/** A chart as SVG, drawn by vega. */
export async function svgOf(chart: Chart): Promise<string> {
  const view = new vega.View(runtimeOf(chart), { renderer: 'none' });
  try {
    // Vega writes an id into every row it is given, so it gets copies.
    for (const [name, rows] of Object.entries(chart.data)) {
      view.data(
        name,
        rows.map((row) => ({ ...row })),
      );
    }
    for (const [name, value] of Object.entries(chart.params)) view.signal(name, value);
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

function runtimeOf(chart: Chart): vega.Runtime {
  let runtime = compiled.get(chart.key);
  if (!runtime) {
    runtime = vega.parse(compileTemplate(chart.template));
    compiled.set(chart.key, runtime);
  }
  return runtime;
}

function compileTemplate(template: object): vega.Spec {
  sets.toJSON = setToJson;
  try {
    return compile(template as TopLevelSpec).spec;
  } finally {
    delete sets.toJSON;
  }
}

function knownWeight(weight: unknown): FontWeight {
  return weight === 600 || weight === 700 ? weight : 400;
}
