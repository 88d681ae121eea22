import type { Frame } from '../frame.ts';
import type { Marks } from '../marks.ts';
import { drawable, fitText, type TextStyle, textWidth } from '../text-width.ts';
import type { Theme } from '../theme.ts';
import { doubts } from './facts.ts';
import type { HeaderFacts } from './header-facts.ts';

const style = { size: 15, weight: 400 } as const;
const smaller = { size: 13.5, weight: 400 } as const;
const maxBrandWidth = 300;
const separator = ' · ';

type FooterFacts = Pick<
  HeaderFacts,
  'unknownAge' | 'atr' | 'barBand' | 'measured' | 'venuesOut' | 'venueNotes'
> & {
  /** What only this picture has to say: first, as the end is cut where there is no room. */
  readonly ownNotes?: readonly string[];
};

/** The line at the foot: what is missing and how sure the rest is on the left, the host's brand on the right. */
export function drawFooter(
  facts: FooterFacts,
  brand: string | undefined,
  at: Pick<Frame, 'left' | 'right' | 'footerY'>,
  theme: Theme,
): Partial<Marks> {
  return drawFoot(
    [
      ...(facts.ownNotes ?? []),
      ...doubts(facts),
      ...(facts.venuesOut.length > 0 ? [`left out: ${facts.venuesOut.join(', ')}`] : []),
      ...facts.venueNotes,
    ],
    brand,
    at,
    theme,
  );
}

/** Notes on the left, the short ones first, as many as there is room for: all of them stand in the caption. */
export function drawFoot(
  notes: readonly string[],
  brand: string | undefined,
  at: Pick<Frame, 'left' | 'right' | 'footerY'>,
  theme: Theme,
): Partial<Marks> {
  const line = { y: at.footerY, angle: 0, color: theme.muted } as const;
  const shownBrand = brand === undefined ? '' : fitText(drawable(brand), style, maxBrandWidth);
  const room = at.right - at.left - (shownBrand === '' ? 0 : textWidth(shownBrand, style) + 24);
  const shown = fitNotes(notes.map(drawable), room);
  return {
    texts: [
      ...(shown.text === '' ? [] : [{ ...line, ...shown, x: at.left, align: 'left' as const }]),
      ...(shownBrand === ''
        ? []
        : [{ ...line, ...style, text: shownBrand, x: at.right, align: 'right' as const }]),
    ],
  };
}

/** All of them, if need be in smaller letters; or else the first ones, the last of those cut where a word ends. */
function fitNotes(notes: readonly string[], room: number): TextStyle & { readonly text: string } {
  const whole = notes.join(separator);
  const fitting = [style, smaller].find((each) => textWidth(whole, each) <= room);
  if (fitting) return { ...fitting, text: whole };
  const cut = fitText(whole, smaller, room - textWidth(' …', smaller));
  const atWord = cut.replace(/…$/, '').replace(/[\s·,(:]*\S*$/, '');
  return { ...smaller, text: `${atWord} …` };
}
