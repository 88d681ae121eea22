/** Of SVG: how many dots per inch make one pixel of a user unit. */
const plainDensity = 72;

/**
 * An SVG as PNG, `pixelRatio` pixels per user unit. sharp is imported on the first call because it reads the font
 * configuration (`setUpFonts`) when it loads.
 */
export async function pngFromSvg(svg: string, pixelRatio = 1): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  // No two pictures are alike: what it keeps of the last hundred is never used again.
  sharp.cache(false);
  return sharp(Buffer.from(svg), { density: plainDensity * pixelRatio })
    .png()
    .toBuffer();
}
