import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawPosition } from '../../renderers/position-chart.ts';
import { setUpFonts } from '../../src/config.ts';
import { positionFixtures } from './position-fixtures.ts';

// Draws every fixture in both themes into out/, to be looked at: npx tsx test/renderers/position-gallery.ts [name ...]
setUpFonts();
const wanted = process.argv.slice(2);
const folder = 'out';
mkdirSync(folder, { recursive: true });
for (const [name, make] of Object.entries(positionFixtures)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const theme of ['dark', 'light'] as const) {
    const png = await drawPosition({ ...make(), theme, brand: 'liqmap' });
    writeFileSync(join(folder, `position-${name}-${theme}.png`), png);
  }
}
