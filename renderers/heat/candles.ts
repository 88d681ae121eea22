import type { Heatmap } from '../../src/core/heatmap.ts';
import type { Theme } from '../theme.ts';

/** Indices of the colours that follow those of the cells in the palette of an image. */
export type CandleInks = { readonly rim: number; readonly up: number; readonly down: number };

/** A rim in the colour of the ground sets them off from any colour behind; bright where price rose. */
export function candleColors(theme: Theme): readonly string[] {
  return [theme.background, theme.price, theme.long];
}

/** Indices row by row from the top; `ratio` pixels of it stand for one of the layout, 1 unless told. */
export type CandleImage = {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly ratio?: number;
};

/**
 * Paints the path of price over the pixels of a heatmap, a candle a column: `width x height` indices into a
 * palette, row by row from the top.
 */
export function paintCandles(
  { candles, edges }: Pick<Heatmap, 'candles' | 'edges'>,
  image: CandleImage,
  inks: CandleInks,
): void {
  const { width, height, ratio = 1 } = image;
  const rim = Math.round(ratio);
  const low = edges[0]!;
  const high = edges.at(-1)!;
  const columnPx = width / candles.length;
  const half = Math.max(0, Math.min(4 * ratio, Math.round(columnPx * 0.32 - 0.5)));
  const yOf = (priceUsd: number) => Math.round(((high - priceUsd) / (high - low)) * (height - 1));
  const shapes = candles.flatMap((candle, column) => {
    if (!candle) return [];
    const x = Math.floor((column + 0.5) * columnPx);
    const body = [
      yOf(Math.max(candle.open, candle.close)),
      yOf(Math.min(candle.open, candle.close)),
    ] as const;
    const ink = candle.close >= candle.open ? inks.up : inks.down;
    return [
      { x, x2: x, y: yOf(candle.high), y2: yOf(candle.low), ink },
      { x: x - half, x2: x + half, y: body[0], y2: body[1], ink },
    ];
  });
  for (const { x, x2, y, y2 } of shapes) {
    fill(image, { x: x - rim, x2: x2 + rim, y: y - rim, y2: y2 + rim, ink: inks.rim });
  }
  for (const shape of shapes) fill(image, shape);
}

type Shape = {
  readonly x: number;
  readonly x2: number;
  readonly y: number;
  readonly y2: number;
  readonly ink: number;
};

/** Ends included; what lies outside the image is left out. */
function fill({ pixels, width, height }: CandleImage, { x, x2, y, y2, ink }: Shape): void {
  const from = Math.max(0, x);
  const to = Math.min(width - 1, x2);
  for (let row = Math.max(0, y); row <= Math.min(height - 1, y2); row++) {
    pixels.fill(ink, row * width + from, row * width + to + 1);
  }
}
