import type { Theme } from './theme.ts';

/** `wide` for a desktop's chat, `square` for a phone: larger type and fewer labels. */
export const shapes = ['wide', 'square'] as const;
export type Shape = (typeof shapes)[number];

/** How a picture is to look, whatever it shows. */
export type Look = {
  readonly theme: Theme;
  /** Wide unless told. */
  readonly shape?: Shape;
  /** 2 for twice the pixels of the same picture; 1 unless told. */
  readonly scale?: number;
  /** A line of the host's own at the foot of the picture. */
  readonly brand?: string;
};

/** Chart options as commands and settings have them: with the theme by its name. */
export type Named<Options extends Look> = Omit<Options, 'theme'> & { readonly theme: Theme['name'] };

/** Squares are laid out on 720 px and drawn on 1080, so that every word is half as large again. */
const enlarged: Readonly<Record<Shape, number>> = { wide: 1, square: 1.5 };

/** Pixels of the picture by px of its layout. @throws RangeError unless the scale is 1 to 3 */
export function pixelRatio({ shape = 'wide', scale = 1 }: Pick<Look, 'shape' | 'scale'>): number {
  if (!(scale >= 1 && scale <= 3)) throw new RangeError(`a scale is 1 to 3, got ${scale}`);
  return enlarged[shape] * scale;
}

/** Px of the layout that are whole pixels of the picture: where shapes of one colour meet, they must. */
export function pixelOf(shape: Shape): number {
  return 1 / enlarged[shape];
}

/** What names a template, beside the view: everything of its look that it depends on. */
export function lookKey(at: { readonly width: number; readonly height: number }, theme: Theme): string {
  return `${theme.name}/${at.width}x${at.height}`;
}
