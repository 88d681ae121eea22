import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawComparison } from '../../renderers/compare-chart.ts';
import { setUpFonts } from '../../src/config.ts';
import { comparisons } from './compare-fixtures.ts';

// Draws every comparison in both themes into out/, to be looked at: npx tsx test/renderers/compare-gallery.ts [name ...]
setUpFonts();
const wanted = process.argv.slice(2);
const folder = 'out';
mkdirSync(folder, { recursive: true });
for (const [name, make] of Object.entries(comparisons)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const theme of ['dark', 'light'] as const) {
    const png = await drawComparison({ maps: make(), theme, brand: 'liqmap' });
    writeFileSync(join(folder, `compare-${name}-${theme}.png`), png);
  }
}
