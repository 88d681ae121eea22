import { crc32, deflateSync } from 'node:zlib';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Bits a channel, colour type "palette", and the only methods there are. PNG specification, 11.2.2. */
const paletteHeader = [8, 3, 0, 0, 0];

/**
 * An image as the URL of a PNG with a palette.
 *
 * @param pixels an index into `palette` for each pixel, row by row from the top left: width x height values
 * @param palette at most 256 colours, `[red, green, blue]` of 0..255
 * @throws RangeError if the pixels do not fill the image, or there are more colours than can be told apart
 */
export function imageUrl(image: {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
  readonly palette: readonly (readonly number[])[];
}): string {
  const { width, height, pixels, palette } = image;
  if (pixels.length !== width * height) {
    throw new RangeError(`an image of ${width} x ${height} needs as many pixels, got ${pixels.length}`);
  }
  if (palette.length > 256) throw new RangeError(`a palette has at most 256 colours, got ${palette.length}`);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set(paletteHeader, 8);
  const png = Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flat())),
    chunk('IDAT', deflateSync(scanLines(pixels, width), { level: 6 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
  return `data:image/png;base64,${png.toString('base64')}`;
}

/** Each row begins with the number of its filter: 0, none. */
function scanLines(pixels: Uint8Array, width: number): Buffer {
  const height = pixels.length / width;
  const lines = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y++) {
    lines.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  }
  return lines;
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const whole = Buffer.alloc(named.length + 8);
  whole.writeUInt32BE(data.length, 0);
  named.copy(whole, 4);
  whole.writeUInt32BE(crc32(named), named.length + 4);
  return whole;
}
