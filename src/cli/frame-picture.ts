import { join } from 'node:path';
import { drawMap } from '../../renderers/map/chart.ts';
import { setUpFonts } from '../config.ts';
import type { ReplayFrame } from '../replay.ts';
import { writePicture } from './picture-file.ts';

/** Draws one moment of a replay into a folder, as COIN-TIME.png. */
export async function drawFrame(folder: string, { map, clusters, timeMs }: ReplayFrame): Promise<void> {
  setUpFonts();
  const png = await drawMap({ map, clusters, theme: 'dark' });
  await writePicture(join(folder, `${map.symbol}-${timeMs}.png`), png);
}
