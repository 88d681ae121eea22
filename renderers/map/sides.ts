import type { Frame } from '../frame.ts';
import { type Box, type Marks, type Run, runsWidth, setRuns, type Text } from '../marks.ts';
import { type TextStyle, textWidth } from '../text-width.ts';
import type { Theme } from '../theme.ts';

/** Smaller for prices with many zeros. */
const priceStyles = [22, 19, 16, 13].map((size): TextStyle => ({ size, weight: 700 }));
const pricePadding = 12;
const gap = 10;
const inset = 10;

/**
 * The words that name the sides, the price between them and the line it stands on. People read the sides of
 * a liquidation map the wrong way round, so each says what is closed and when.
 */
export function drawSides(price: string, priceX: number, frame: Frame, theme: Theme): Partial<Marks> {
  const { plot, sidesY } = frame;
  const words = frame.shape === 'wide' ? besides(frame, theme) : above(frame, theme);
  const text = `$${price}`;
  const room = words.shortsStart - words.longsEnd - 4 * pricePadding;
  const style = priceStyles.find((each) => textWidth(text, each) <= room) ?? priceStyles.at(-1)!;
  const half = textWidth(text, style) / 2 + pricePadding;
  const labelX = clamp(priceX, words.longsEnd + pricePadding + half, words.shortsStart - pricePadding - half);
  const label = { x: labelX - half, x2: labelX + half, y: sidesY - 24, y2: sidesY + 8 };
  const said: Text = {
    ...style,
    text,
    x: labelX,
    y: sidesY,
    color: theme.onPrice,
    align: 'center',
    angle: 0,
  };
  return {
    over: [
      { x: priceX - 1, x2: priceX + 1, y: label.y2, y2: plot.y2, ...ink(theme, 0) },
      // Leads from the line to the label where there was no room straight above it.
      {
        x: Math.min(priceX - 1, labelX),
        x2: Math.max(priceX + 1, labelX),
        y: label.y2 - 2,
        y2: label.y2,
        ...ink(theme, 0),
      },
      { ...label, ...ink(theme, 5) },
    ],
    texts: [...words.texts, said],
  };
}

type SideWords = {
  readonly longsEnd: number;
  readonly shortsStart: number;
  readonly texts: readonly Text[];
};

/** Within the plot, on one line. */
function besides({ plot, sidesY: y }: Frame, theme: Theme): SideWords {
  const longs = [...loudRuns('long', 25, theme), quietRun('long', 18, theme)];
  const shorts = [quietRun('short', 18, theme), ...loudRuns('short', 25, theme)];
  const shortsStart = plot.x2 - inset - runsWidth(shorts, gap);
  return {
    longsEnd: plot.x + inset + runsWidth(longs, gap),
    shortsStart,
    texts: [...setRuns(longs, { x: plot.x + inset, y, gap }), ...setRuns(shorts, { x: shortsStart, y, gap })],
  };
}

/** As wide as the picture, above the plot; when it happens is said within. */
function above({ left, right, plot, sidesY: y, hintY }: Frame, theme: Theme): SideWords {
  const narrow = 7;
  const longs = loudRuns('long', 21, theme);
  const shorts = loudRuns('short', 21, theme);
  const shortsStart = right - runsWidth(shorts, narrow);
  const hint = (side: 'long' | 'short', x: number, align: Text['align']): Text => ({
    ...quietRun(side, 16, theme),
    x,
    y: hintY,
    align,
    angle: 0,
  });
  return {
    longsEnd: left + runsWidth(longs, narrow),
    shortsStart,
    texts: [
      ...setRuns(longs, { x: left, y, gap: narrow }),
      ...setRuns(shorts, { x: shortsStart, y, gap: narrow }),
      hint('long', plot.x + inset, 'left'),
      hint('short', plot.x2 - inset, 'right'),
    ],
  };
}

/** The arrow and the words, the arrow outside. */
export function loudRuns(side: 'long' | 'short', size: number, theme: Theme): readonly Run[] {
  const loud = { size, weight: 700, color: theme[side] } as const;
  return side === 'long'
    ? [
        { ...loud, text: '◀' },
        { ...loud, text: 'LONGS LIQUIDATED' },
      ]
    : [
        { ...loud, text: 'SHORTS LIQUIDATED' },
        { ...loud, text: '▶' },
      ];
}

export function quietRun(side: 'long' | 'short', size: number, theme: Theme): Run {
  const text = side === 'long' ? 'if price falls' : 'if price rises';
  return { text, size, weight: 400, color: theme.muted };
}

function ink(theme: Theme, radius: number): Pick<Box, 'color' | 'opacity' | 'radius'> {
  return { color: theme.price, opacity: 1, radius };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
