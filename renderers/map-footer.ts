import type { Frame } from './frame.ts';
import { doubts } from './map-facts.ts';
import type { HeaderFacts } from './map-header.ts';
import type { Marks } from './marks.ts';
import { drawable, fitText, textWidth } from './text-width.ts';
import type { Theme } from './theme.ts';

const style = { size: 15, weight: 400 } as const;
const maxBrandWidth = 300;

/** The line at the foot: what is missing and how sure the rest is on the left, the host's brand on the right. */
export function drawFooter(
  facts: HeaderFacts,
  brand: string | undefined,
  at: Frame,
  theme: Theme,
): Partial<Marks> {
  const line = { ...style, y: at.footerY, angle: 0 } as const;
  const shownBrand = brand === undefined ? undefined : fitText(drawable(brand), style, maxBrandWidth);
  const room = at.right - at.left - (shownBrand === undefined ? 0 : textWidth(shownBrand, style) + 24);
  const notes = fitText(drawable(footerNotes(facts)), style, room);
  return {
    texts: [
      ...(notes === ''
        ? []
        : [{ ...line, text: notes, x: at.left, color: theme.muted, align: 'left' as const }]),
      ...(shownBrand === undefined
        ? []
        : [{ ...line, text: shownBrand, x: at.right, color: theme.muted, align: 'right' as const }]),
    ],
  };
}

/** The short ones first: what is too long for the line is cut at its end, and stands whole in the caption. */
function footerNotes(facts: HeaderFacts): string {
  return [
    ...doubts(facts),
    ...(facts.venuesOut.length > 0 ? [`left out: ${facts.venuesOut.join(', ')}`] : []),
    ...facts.venueNotes,
  ].join(' · ');
}
