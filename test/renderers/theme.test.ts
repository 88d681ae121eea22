import { describe, expect, it } from 'vitest';
import { channels, cssColor, heatPalette } from '../../renderers/heat/colors.ts';
import { labelOpacity, layerColors, type Theme, themes } from '../../renderers/theme.ts';
import { colorVisions } from '../support/color-visions.ts';

type Rgb = readonly [number, number, number];

/** Linear light, 0 to 1. */
function linear(hex: string): Rgb {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

/** A colour with `opacity` over another. */
function mixed(over: string, below: string, opacity: number): string {
  const [a, b] = [channels(over), channels(below)];
  return cssColor(a.map((value, i) => Math.round(opacity * value + (1 - opacity) * b[i]!)));
}

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(a: string, b: string): number {
  const luminance = ([red, green, blue]: Rgb) => 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  const [low, high] = [luminance(linear(a)), luminance(linear(b))].sort((x, y) => x - y);
  return (high! + 0.05) / (low! + 0.05);
}

/** As everybody sees, and as some do. */
const visions: Readonly<Record<string, readonly [Rgb, Rgb, Rgb]>> = {
  full: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  ...colorVisions,
};

/** CIE 1976 colour difference, D65; about 2.3 is just noticeable. */
function difference(a: string, b: string, vision: readonly [Rgb, Rgb, Rgb]): number {
  const [labA, labB] = [lab(seen(linear(a), vision)), lab(seen(linear(b), vision))];
  return Math.hypot(...labA.map((value, index) => value - labB[index]!));
}

function seen(rgb: Rgb, vision: readonly [Rgb, Rgb, Rgb]): Rgb {
  const row = (weights: Rgb) =>
    Math.min(
      1,
      Math.max(
        0,
        weights.reduce((sum, weight, index) => sum + weight * rgb[index]!, 0),
      ),
    );
  return [row(vision[0]), row(vision[1]), row(vision[2])];
}

function lab([red, green, blue]: Rgb): readonly number[] {
  const root = (t: number) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const x = root((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505);
  const y = root(0.2126 * red + 0.7152 * green + 0.0722 * blue);
  const z = root((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

describe.each(Object.values(themes))('the $name theme', (theme: Theme) => {
  const textOnGround: readonly (readonly [keyof Theme, keyof Theme])[] = [
    ...(['text', 'muted', 'long', 'short', 'warning'] as const).flatMap((text) =>
      (['background', 'panel'] as const).map((ground) => [text, ground] as const),
    ),
    ['onPrice', 'price'],
    ['onWarning', 'warning'],
    ['text', 'grid'],
  ];

  it.each(textOnGround)('writes %s on %s with the contrast of WCAG AA', (text, ground) => {
    expect(contrast(theme[text] as string, theme[ground] as string)).toBeGreaterThanOrEqual(4.5);
  });

  // The faintest and the strongest of what may lie below a label: cells of a heatmap, and bars.
  const below = [heatPalette(theme)[0]!, heatPalette(theme).at(-1)!].map(cssColor).concat(theme.layers);

  it.each(['text', 'long', 'short', 'warning'] as const)(
    'writes %s on see-through labels with the contrast of WCAG AA, whatever lies below',
    (text) => {
      for (const ground of [theme.background, theme.panel]) {
        for (const data of below) {
          const seen = mixed(ground, data, labelOpacity);
          expect(contrast(theme[text], seen), `${text} on ${seen}`).toBeGreaterThanOrEqual(4.5);
        }
      }
    },
  );

  it('keeps the watermark fainter than any words', () => {
    expect(contrast(theme.watermark, theme.panel)).toBeLessThan(contrast(theme.muted, theme.panel) / 2);
  });

  it.each(Object.entries(visions))('tells five leverage groups apart with %s vision', (_, vision) => {
    const colors = layerColors(theme, 5);
    const pairs = colors.flatMap((a, index) => colors.slice(index + 1).map((b) => difference(a, b, vision)));
    expect(Math.min(...pairs)).toBeGreaterThan(12);
  });

  it.each(Object.entries(visions))('tells the two sides apart with %s vision', (_, vision) => {
    expect(difference(theme.long, theme.short, vision)).toBeGreaterThan(20);
  });

  it('has a colour for each of up to seven leverage groups, all different, and none for an eighth', () => {
    for (let count = 0; count <= 7; count++) expect(new Set(layerColors(theme, count)).size).toBe(count);
    expect(() => layerColors(theme, 8)).toThrow('0 to 7, got 8');
  });
});
