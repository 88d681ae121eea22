import { mapLayers, mapParams, priceScale, usdScale } from '../map/template.ts';
import { pictureTemplate, skyline, strokes } from '../template.ts';
import type { Theme } from '../theme.ts';
import type { LiquidationsFrame } from './frame.ts';

/**
 * A map with the data set `seen` below it: bars that hang down from the lane's upper edge, in USD, of which
 * the parameter `seenTopUsd` reaches the lower edge.
 */
export function liquidationsTemplate(at: LiquidationsFrame, theme: Theme, colors: readonly string[]): object {
  const seen = skyline({
    name: 'seen',
    x: priceScale('price', at),
    y: usdScale('from', 'seenTopUsd', at.lane.y, at.lane.y2),
    by: 'side',
    domain: ['long', 'short'],
    colors: [theme.long, theme.short],
  });
  return pictureTemplate({
    size: at,
    theme,
    params: [...mapParams, 'seenTopUsd'],
    layers: mapLayers(at, theme, colors, [seen, strokes('stripes', theme.panel)]),
  });
}
