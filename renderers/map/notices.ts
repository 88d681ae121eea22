import type { Frame } from '../frame.ts';
import type { Marks } from '../marks.ts';
import { textWidth } from '../text-width.ts';
import type { Theme } from '../theme.ts';
import type { MapFacts } from './facts.ts';

/** Tells data that is not the market's own at once, even in a cut-out of the picture. */
export function drawWatermark(facts: MapFacts, dataTop: number, at: Frame, theme: Theme): Partial<Marks> {
  if (facts.provenance === 'live') return {};
  return {
    watermarks: [
      {
        text: facts.provenance.toUpperCase(),
        x: (at.plot.x + at.plot.x2) / 2,
        y: (dataTop + at.plot.y2) / 2 + 44,
        size: at.shape === 'wide' ? 120 : 84,
        weight: 700,
        color: theme.watermark,
        align: 'center',
        angle: 0,
      },
    ],
  };
}

/** Says that there is nothing to see, so that nobody takes it for a failed picture. */
export function drawEmptiness(at: Frame, theme: Theme, text = 'no open positions to draw'): Partial<Marks> {
  const style = { size: 30, weight: 600 } as const;
  const x = (at.plot.x + at.plot.x2) / 2;
  const y = (at.plot.y + at.plot.y2) / 2;
  const half = textWidth(text, style) / 2 + 16;
  return {
    over: [{ x: x - half, x2: x + half, y: y - 40, y2: y + 20, color: theme.panel, opacity: 1, radius: 0 }],
    texts: [{ ...style, text, x, y, color: theme.muted, align: 'center', angle: 0 }],
  };
}
