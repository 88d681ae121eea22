/**
 * An SVG as PNG, one px per user unit. sharp is imported on the first call because it reads the font
 * configuration (`setUpFonts`) when it loads.
 */
export async function pngFromSvg(svg: string): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  return sharp(Buffer.from(svg)).png().toBuffer();
}
