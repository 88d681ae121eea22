import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { create, type Font } from 'fontkit';

/** The weights of Inter that we draw with. */
export type FontWeight = 400 | 600 | 700;
export type TextStyle = { readonly size: number; readonly weight: FontWeight };

export const fontFamily = 'Inter';

const fontFiles: Readonly<Record<FontWeight, string>> = {
  400: '400Regular/Inter_400Regular.ttf',
  600: '600SemiBold/Inter_600SemiBold.ttf',
  700: '700Bold/Inter_700Bold.ttf',
};
const maxCachedWidths = 5_000;

const require = createRequire(import.meta.url);
const fonts = new Map<FontWeight, Font>();
/** Widths in em, by weight and text: shaping costs about 0.3 ms and most words return on every picture. */
const widths = new Map<string, number>();

/** How wide the text is drawn, in px, measured with the font that ships with the project. */
export function textWidth(text: string, style: TextStyle): number {
  const key = `${style.weight}:${text}`;
  let width = widths.get(key);
  if (width === undefined) {
    const font = loadFont(style.weight);
    width = font.layout(text).advanceWidth / font.unitsPerEm;
    if (widths.size >= maxCachedWidths) widths.clear();
    widths.set(key, width);
  }
  return width * style.size;
}

/** The text with every character that the font cannot draw (CJK, emoji) replaced by a question mark. */
export function drawable(text: string): string {
  const font = loadFont(400);
  return Array.from(text, (char) => (font.hasGlyphForCodePoint(char.codePointAt(0)!) ? char : '?')).join('');
}

/** The text, cut short with an ellipsis if it is wider than `maxWidth` px. */
export function fitText(text: string, style: TextStyle, maxWidth: number): string {
  if (textWidth(text, style) <= maxWidth) return text;
  const cut = (length: number) => `${text.slice(0, length).trimEnd()}…`;
  // By halves, as every width asked for is shaped: the longest beginning that fits.
  let [fitting, tooLong] = [0, text.length];
  while (tooLong - fitting > 1) {
    const middle = (fitting + tooLong) >> 1;
    if (textWidth(cut(middle), style) <= maxWidth) fitting = middle;
    else tooLong = middle;
  }
  return cut(fitting);
}

/** The text in the first size in which it is no wider than `maxWidth` px, or cut short in the last. */
export function fitSize(
  text: string,
  { sizes, weight }: { readonly sizes: readonly number[]; readonly weight: FontWeight },
  maxWidth: number,
): TextStyle & { readonly text: string } {
  const styles = sizes.map((size): TextStyle => ({ size, weight }));
  const fitting = styles.find((style) => textWidth(text, style) <= maxWidth);
  if (fitting) return { ...fitting, text };
  const smallest = styles.at(-1)!;
  return { ...smallest, text: fitText(text, smallest, maxWidth) };
}

function loadFont(weight: FontWeight): Font {
  let font = fonts.get(weight);
  if (!font) {
    font = create(readFileSync(require.resolve(`@expo-google-fonts/inter/${fontFiles[weight]}`)));
    fonts.set(weight, font);
  }
  return font;
}
