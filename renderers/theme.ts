/** Colours of one appearance. Text colours reach WCAG AA on the grounds they are drawn on (tested). */
export type Theme = {
  readonly name: 'dark' | 'light';
  readonly background: string;
  /** Ground of the plot and of the cells below it. */
  readonly panel: string;
  readonly grid: string;
  /** Large words behind the data: seen, not read. */
  readonly watermark: string;
  readonly text: string;
  readonly muted: string;
  readonly price: string;
  /** Text on the price label. */
  readonly onPrice: string;
  readonly long: string;
  readonly short: string;
  /** Resting orders, and what else belongs to no side. */
  readonly book: string;
  readonly warning: string;
  /** Text on a warning ground. */
  readonly onWarning: string;
  /** Leverage groups from low to high, see `layerColors`. */
  readonly layers: readonly string[];
};

/** Okabe and Ito, "Color Universal Design": told apart with any common colour vision. https://jfly.uni-koeln.de/color/ */
const okabeIto = {
  blue: '#0072B2',
  skyBlue: '#56B4E9',
  green: '#009E73',
  yellow: '#F0E442',
  orange: '#E69F00',
  vermilion: '#D55E00',
  purple: '#CC79A7',
} as const;

/** From cold to hot, so that the order is seen without the legend. */
const heat = [
  okabeIto.blue,
  okabeIto.skyBlue,
  okabeIto.green,
  okabeIto.yellow,
  okabeIto.orange,
  okabeIto.vermilion,
  okabeIto.purple,
];

/** Of the grounds that words have over data: what is below is seen, and the words are read (tested). */
export const labelOpacity = 0.9;

export const themes: Readonly<Record<Theme['name'], Theme>> = {
  dark: {
    name: 'dark',
    background: '#0D1117',
    panel: '#141A22',
    grid: '#232B36',
    watermark: '#2B3543',
    text: '#F0F4F8',
    muted: '#9AA7B5',
    price: '#F0F4F8',
    onPrice: '#0D1117',
    long: '#FF8A80',
    short: '#4ED8C3',
    book: okabeIto.skyBlue,
    warning: '#F0B429',
    onWarning: '#0D1117',
    layers: heat,
  },
  light: {
    name: 'light',
    background: '#FFFFFF',
    panel: '#F5F7FA',
    grid: '#E1E6EC',
    watermark: '#D9E0E8',
    text: '#17202B',
    muted: '#56616E',
    price: '#17202B',
    onPrice: '#FFFFFF',
    long: '#B3261E',
    short: '#00695C',
    book: okabeIto.blue,
    warning: '#8A4B00',
    onWarning: '#FFFFFF',
    layers: heat,
  },
};

/** Which of the seven colours `count` groups take: far apart, coldest and hottest always among them. */
const picks: readonly (readonly number[])[] = [
  [],
  [1],
  [1, 5],
  [0, 1, 5],
  [0, 1, 4, 5],
  [0, 1, 2, 4, 5],
  [0, 1, 2, 3, 4, 5],
  [0, 1, 2, 3, 4, 5, 6],
];

/**
 * Colours of `count` leverage groups, lowest leverage first.
 * @throws RangeError beyond seven groups: no more colours can be told apart
 */
export function layerColors(theme: Theme, count: number): readonly string[] {
  const pick = picks[count];
  if (!pick) throw new RangeError(`leverage groups must be 0 to 7, got ${count}`);
  return pick.map((index) => theme.layers[index]!);
}
