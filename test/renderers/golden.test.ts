import { beforeAll, expect, it } from 'vitest';
import type { Shape } from '../../renderers/look.ts';
import { renderPng } from '../../renderers/raster.ts';
import { type Theme, themes } from '../../renderers/theme.ts';
import { setUpFonts } from '../../src/config.ts';
import { galleryViews } from '../support/gallery-views.ts';
import { goldenText } from './golden.ts';
import { changedFromGolden } from './pixels.ts';

beforeAll(() => setUpFonts());

function chartOf(view: string, name: string, look: { readonly shape: Shape; readonly theme: Theme['name'] }) {
  return galleryViews[view]![name]!({ shape: look.shape, theme: themes[look.theme], brand: 'example.org' });
}

it.each([
  ['map', 'single-venue', 'square'],
  ['heatmap', 'few-columns', 'wide'],
  ['heatmap', 'few-columns', 'square'],
  ['changes', 'no-move', 'wide'],
  ['changes', 'outlier', 'square'],
  ['compare', 'two', 'square'],
  ['cascade', 'fragile', 'square'],
  ['liquidations', 'none-seen', 'square'],
  ['near', 'three', 'wide'],
  ['near', 'three', 'square'],
  ['score', 'three', 'wide'],
  ['score', 'three', 'square'],
  ['position', 'long', 'square'],
] as const)('the %s of %s in a %s picture is laid out as reviewed', async (view, name, shape) => {
  const text = goldenText(chartOf(view, name, { shape, theme: 'dark' }));
  await expect(text).toMatchFileSnapshot(`golden/${view}-${shape}.golden.json`);
});

it.each([
  ['map', 'btc', 'square', 'light'],
  ['heatmap', 'eth', 'wide', 'dark'],
  ['near', 'many', 'square', 'dark'],
  ['score', 'three', 'wide', 'light'],
] as const)('the %s of %s in a %s picture looks as reviewed in %s', async (view, name, shape, theme) => {
  const png = await renderPng(chartOf(view, name, { shape, theme }));
  expect(await changedFromGolden(png, `${view}-${name}-${shape}-${theme}`, 0.004)).toBeLessThanOrEqual(0.004);
});
