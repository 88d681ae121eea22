import sharp from 'sharp';
import type { Shape } from '../../renderers/look.ts';
import { colorVisions } from './color-visions.ts';

export type Vision = keyof typeof colorVisions;
export const visions = Object.keys(colorVisions) as readonly Vision[];

const cells = { wide: { width: 800, columns: 2 }, square: { width: 540, columns: 3 } } as const;
const gap = 8;

const toLinear = Float64Array.from({ length: 256 }, (_, byte) => {
  const value = byte / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
});

/** The picture as somebody sees it who cannot tell some colours. */
export async function withVision(png: Buffer, vision: Vision): Promise<Buffer> {
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const seen = Buffer.alloc(data.length);
  for (let at = 0; at < data.length; at += 3) {
    const linear = [toLinear[data[at]!]!, toLinear[data[at + 1]!]!, toLinear[data[at + 2]!]!] as const;
    colorVisions[vision].forEach((row, channel) => {
      seen[at + channel] = toByte(row[0] * linear[0] + row[1] * linear[1] + row[2] * linear[2]);
    });
  }
  const raw = { width: info.width, height: info.height, channels: 3 } as const;
  return sharp(seen, { raw }).png().toBuffer();
}

/** Many pictures in one, two or three a row, small enough to be looked at whole. */
export async function contactSheet(pngs: readonly Buffer[], shape: Shape): Promise<Buffer> {
  const { width, columns } = cells[shape];
  const small = await Promise.all(
    pngs.map((png) => sharp(png).resize({ width }).png().toBuffer({ resolveWithObject: true })),
  );
  const rows = Array.from({ length: Math.ceil(small.length / columns) }, (_, row) =>
    small.slice(row * columns, (row + 1) * columns),
  );
  let top = 0;
  const placed = rows.flatMap((row) => {
    const y = top;
    top += Math.max(...row.map(({ info }) => info.height)) + gap;
    return row.map(({ data }, column) => ({ input: data, left: column * (width + gap), top: y }));
  });
  const sheet = { width: columns * (width + gap) - gap, height: Math.max(1, top - gap) };
  return sharp({ create: { ...sheet, channels: 3, background: '#808080' } })
    .composite(placed)
    .png()
    .toBuffer();
}

function toByte(linear: number): number {
  const value = Math.min(1, Math.max(0, linear));
  return Math.round(255 * (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055));
}
