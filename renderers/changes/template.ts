import { priceScale, usdScale } from '../map/template.ts';
import { boxes, pictureTemplate, skyline, words } from '../template.ts';
import type { Theme } from '../theme.ts';
import type { ChangesFrame } from './frame.ts';

/** What closed is quiet; what was liquidated stands out from both sides' colours. */
export function changeColors(theme: Theme) {
  return {
    closed: theme.muted,
    liquidated: theme.name === 'dark' ? '#F0B429' : '#B26B00',
    liquidatedText: theme.warning,
  };
}

/** Room between the longest bar and the ends of the plot, px. */
const headroom = 10;
/** The words of the sides, above the bars, px. */
const wordsRoom = 40;

/** Data sets `built` and `gone` in USD by price, of which the parameter `topUsd` reaches the ends of the plot. */
export function changesTemplate(at: ChangesFrame, theme: Theme): object {
  const colors = changeColors(theme);
  const x = priceScale('price', at);
  const up = usdScale('from', 'topUsd', at.zeroY, at.plot.y + wordsRoom + headroom);
  const down = usdScale('from', 'topUsd', at.zeroY, at.plot.y2 - headroom);
  return pictureTemplate({
    size: at,
    theme,
    params: ['lowUsd', 'highUsd', 'topUsd'],
    layers: [
      boxes('under'),
      words('watermarks'),
      skyline({
        name: 'built',
        x,
        y: up,
        by: 'kind',
        domain: ['long', 'short'],
        colors: [theme.long, theme.short],
      }),
      skyline({
        name: 'gone',
        x,
        y: down,
        by: 'kind',
        domain: ['liquidated', 'closed'],
        colors: [colors.liquidated, colors.closed],
      }),
      boxes('over'),
      words('texts'),
    ],
  });
}

/** Px that `topUsd` reaches above and below the line of no change. */
export function reach(at: ChangesFrame): { readonly up: number; readonly down: number } {
  return { up: at.zeroY - (at.plot.y + wordsRoom + headroom), down: at.plot.y2 - headroom - at.zeroY };
}
