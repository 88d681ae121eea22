import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawLiquidations } from '../../renderers/liquidations-chart.ts';
import { setUpFonts } from '../../src/config.ts';
import { observedFixtures } from './liquidations-fixtures.ts';

// Draws every fixture in both themes into out/, to be looked at: npx tsx test/renderers/liquidations-gallery.ts [name ...]
setUpFonts();
const wanted = process.argv.slice(2);
const folder = 'out';
mkdirSync(folder, { recursive: true });
for (const [name, make] of Object.entries(observedFixtures)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const theme of ['dark', 'light'] as const) {
    const png = await drawLiquidations({ ...make(), theme, brand: 'liqmap' });
    writeFileSync(join(folder, `liquidations-${name}-${theme}.png`), png);
  }
}
