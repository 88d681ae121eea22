import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Shape, shapes } from '../../renderers/look.ts';
import { renderPng } from '../../renderers/raster.ts';
import { type Theme, themes } from '../../renderers/theme.ts';
import { setUpFonts } from '../../src/config.ts';
import { contactSheet, visions, withVision } from './gallery-sheets.ts';
import { galleryViews } from './gallery-views.ts';
import { scriptOptions } from './script-options.ts';

const usage = `Draws every view over awkward data in every theme and shape, to be looked at, into one HTML sheet and contact sheets.

npm run gallery -- [options]

  --out DIR         where to; out/gallery unless told
  --view NAMES      with commas: ${Object.keys(galleryViews).join(', ')}
  --shape NAME      ${shapes.join(' or ')}; both unless told
  --theme NAME      ${Object.keys(themes).join(' or ')}; both unless told
  --case NAMES      only these cases of each view
  --no-vision       without the sheets as colour-blind people see them`;

const { values } = scriptOptions(usage, {
  out: { type: 'string', default: 'out/gallery' },
  view: { type: 'string' },
  shape: { type: 'string' },
  theme: { type: 'string' },
  case: { type: 'string' },
  'no-vision': { type: 'boolean', default: false },
});

type Picture = { readonly name: string; readonly png: Buffer };

const isWanted = (list: string | undefined, name: string) => !list || list.split(',').includes(name);
const folder = values.out;
mkdirSync(join(folder, 'pictures'), { recursive: true });
setUpFonts();

const sections: string[] = [];
for (const view of Object.keys(galleryViews).filter((name) => isWanted(values.view, name))) {
  for (const shape of shapes.filter((name) => isWanted(values.shape, name))) {
    for (const theme of Object.values(themes).filter(({ name }) => isWanted(values.theme, name))) {
      sections.push(await section(view, shape, theme));
    }
  }
}
writeFileSync(join(folder, 'index.html'), page(sections));
console.log(`${sections.length} sections in ${join(folder, 'index.html')}`);

/** Pictures of a view in one look, as HTML; contact sheets of them beside it. */
async function section(view: string, shape: Shape, theme: Theme): Promise<string> {
  const title = `${view}-${shape}-${theme.name}`;
  const pictures = await draw(view, shape, theme);
  for (const { name, png } of pictures) writeFileSync(join(folder, 'pictures', `${title}-${name}.png`), png);
  const pngs = pictures.map(({ png }) => png);
  writeFileSync(join(folder, `${title}.png`), await contactSheet(pngs, shape));
  const seen = values['no-vision'] ? [] : visions;
  for (const vision of seen) {
    const as = await Promise.all(pngs.slice(0, 2).map((png) => withVision(png, vision)));
    writeFileSync(join(folder, 'pictures', `${title}-${vision}.png`), await contactSheet(as, shape));
  }
  const figures = pictures.map(({ name }) => figure(`${title}-${name}`, name));
  const simulated = seen.map((vision) => figure(`${title}-${vision}`, `as seen with ${vision}`));
  return `<h2>${view}, ${shape}, ${theme.name}</h2><div class="${shape}">${[...figures, ...simulated].join('')}</div>`;
}

async function draw(view: string, shape: Shape, theme: Theme): Promise<readonly Picture[]> {
  const pictures: Picture[] = [];
  for (const [name, draft] of Object.entries(galleryViews[view]!)) {
    if (!isWanted(values.case, name)) continue;
    pictures.push({ name, png: await renderPng(draft({ theme, shape, brand: 'liqmap' })) });
  }
  return pictures;
}

function figure(file: string, name: string): string {
  return `<figure><img src="pictures/${file}.png" loading="lazy" alt="${name}"><figcaption>${name}</figcaption></figure>`;
}

function page(parts: readonly string[]): string {
  return `<!doctype html><meta charset="utf-8"><title>Liqmap gallery</title>
<style>
body { font: 16px sans-serif; background: #666; color: #fff; margin: 16px }
div { display: flex; flex-wrap: wrap; gap: 12px }
figure { margin: 0 } img { display: block; max-width: 100% }
.wide img { width: 900px } .square img { width: 540px }
</style>
${parts.join('\n')}
`;
}
