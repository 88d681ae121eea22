import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawCascade } from '../../renderers/cascade-chart.ts';
import { setUpFonts } from '../../src/config.ts';
import { cascadeFixtures } from './cascade-fixtures.ts';

// Draws every fixture in both themes into out/, to be looked at: npx tsx test/renderers/cascade-gallery.ts [name ...]
setUpFonts();
const wanted = process.argv.slice(2);
const folder = 'out';
mkdirSync(folder, { recursive: true });
for (const [name, make] of Object.entries(cascadeFixtures)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const theme of ['dark', 'light'] as const) {
    const png = await drawCascade({ ...make(), theme, brand: 'liqmap' });
    writeFileSync(join(folder, `cascade-${name}-${theme}.png`), png);
  }
}
