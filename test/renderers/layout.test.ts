import { describe, expect, it } from 'vitest';
import type { Chart } from '../../renderers/chart.ts';
import { shapes } from '../../renderers/look.ts';
import { themes } from '../../renderers/theme.ts';
import { galleryViews } from '../support/gallery-views.ts';
import { layoutFaults, textsOf, valueFaults } from './layout-faults.ts';

const drafts = Object.entries(galleryViews).flatMap(([view, cases]) =>
  Object.entries(cases).map(([name, draft]) => [`${view} of ${name}`, draft] as const),
);
const [dark, light] = [themes.dark, themes.light];
const brand = 'a-longer-brand.example.org';

type Draft = (typeof drafts)[number][1];
const charts = new Map<Draft, readonly Chart[]>();

/** A case in every shape. Themes take turns: they differ in colours alone, as a test says; the gallery looks at all. */
function chartsOf(draft: Draft): readonly Chart[] {
  const made =
    charts.get(draft) ??
    shapes.map((shape, index) => draft({ shape, theme: index === 0 ? dark : light, brand }));
  charts.set(draft, made);
  return made;
}

describe('in every shape, the picture', () => {
  it.each(drafts)(
    '%s has no words that touch, leave the frame or are too small, and no number that is none',
    (_, draft) => {
      for (const [index, chart] of chartsOf(draft).entries()) {
        const faults = [...layoutFaults(chart), ...valueFaults(chart), ...smallWords(chart)];
        expect(faults, shapes[index]).toEqual([]);
      }
    },
  );
});

it.each(Object.entries(galleryViews))('%s puts its words at the same places in both themes', (_, cases) => {
  const places = [dark, light].map((theme) =>
    textsOf(Object.values(cases)[0]!({ theme, brand })).map(({ color: _color, ...text }) => text),
  );
  expect(places[1]).toEqual(places[0]);
});

/** A phone shows a square of 720 px on less than 400. */
function smallWords(chart: Chart): readonly string[] {
  return textsOf(chart).flatMap(({ size, text }) => (size < 11.5 ? [`${text} has ${size} px`] : []));
}

it('charts of one key have one template, whatever the view, the data and the look', () => {
  const templates = new Map<string, string>();
  for (const [, draft] of drafts) {
    for (const { key, template } of chartsOf(draft)) {
      const text = JSON.stringify(template);
      expect(templates.get(key) ?? text, key).toBe(text);
      templates.set(key, text);
    }
  }
});
