import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

export type Pixels = { readonly width: number; readonly height: number; readonly rgb: Uint8Array };

export async function decode(png: Uint8Array): Promise<Pixels> {
  const { data, info } = await sharp(png)
    .flatten({ background: '#808080' })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, rgb: data };
}

/** Columns from the first to the last that hold ink of this colour, or undefined where there is none. */
export function inkSpan(pixels: Pixels, isInk: (red: number, green: number, blue: number) => boolean) {
  let first: number | undefined;
  let last: number | undefined;
  for (let x = 0; x < pixels.width; x++) {
    for (let y = 0; y < pixels.height; y++) {
      const at = (y * pixels.width + x) * 3;
      if (!isInk(pixels.rgb[at]!, pixels.rgb[at + 1]!, pixels.rgb[at + 2]!)) continue;
      first ??= x;
      last = x;
    }
  }
  return first === undefined || last === undefined ? undefined : { first, last };
}

/** Share of the pixels that differ by more than a reader would see; 1 if the sizes differ. */
export function changedShare(a: Pixels, b: Pixels): number {
  if (a.width !== b.width || a.height !== b.height) return 1;
  const visible = 40;
  let changed = 0;
  for (let at = 0; at < a.rgb.length; at += 3) {
    const differs = [0, 1, 2].some(
      (channel) => Math.abs(a.rgb[at + channel]! - b.rgb[at + channel]!) > visible,
    );
    if (differs) changed++;
  }
  return changed / (a.width * a.height);
}

/**
 * Share of pixels that differ from the golden picture beside the tests. Where it is missing or `tolerance` is
 * exceeded, the picture is written beside it as `<name>.actual.png`: look at it, then rename it if it is right.
 */
export async function changedFromGolden(png: Uint8Array, name: string, tolerance: number): Promise<number> {
  const golden = fileURLToPath(new URL(`golden/${name}.png`, import.meta.url));
  const actual = golden.replace(/\.png$/, '.actual.png');
  const changed = existsSync(golden)
    ? changedShare(await decode(png), await decode(readFileSync(golden)))
    : 1;
  if (changed > tolerance) writeFileSync(actual, png);
  else rmSync(actual, { force: true });
  return changed;
}
