import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mapChart } from '../../renderers/map-chart.ts';
import { renderPng } from '../../renderers/raster.ts';
import { themes } from '../../renderers/theme.ts';
import { setUpFonts } from '../../src/config.ts';
import { fixtures } from './fixtures.ts';

// Draws every fixture in both themes into out/, to be looked at: npx tsx test/renderers/gallery.ts [name ...]
setUpFonts();
const wanted = process.argv.slice(2);
const folder = 'out';
mkdirSync(folder, { recursive: true });
for (const [name, make] of Object.entries(fixtures)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const theme of Object.values(themes)) {
    const chart = mapChart({ ...make(), theme, brand: 'liqmap' });
    writeFileSync(join(folder, `${name}-${theme.name}.png`), await renderPng(chart));
  }
}
