import { mapInfo } from '../../commands/map-info.ts';
import { mapFacts } from '../../renderers/map/facts.ts';
import { mapText } from '../../renderers/map/text.ts';
import { age, utcTime } from '../../renderers/numbers.ts';
import { type Theme, themes } from '../../renderers/theme.ts';
import { agedMap } from '../map-age.ts';
import type { MapAnswer } from '../maps.ts';
import { pageBins } from './page-bins.ts';
import { pageChart } from './page-chart.ts';

/** A map as its page shows it, all in words but the chart; for the page itself, and for what it loads later. */
export type PageFacts = {
  readonly symbol: string;
  readonly title: string;
  /** SIMULATED, RECORDED or a model's estimate. */
  readonly stamp: string;
  readonly madeMs: number;
  readonly made: string;
  /** What the picture says, line by line. */
  readonly lines: readonly string[];
  readonly alt: string;
  readonly clusters: readonly (readonly string[])[];
  readonly assumptions: readonly string[];
};

export const clusterColumns = ['Side', 'Price', 'Distance', 'USD', '80 % band', 'Leverage'] as const;

/** @param nowMs by which the age of the data is told */
export function pageFacts({ map, clusters }: Pick<MapAnswer, 'map' | 'clusters'>, nowMs: number): PageFacts {
  const aged = agedMap(map, nowMs);
  const facts = mapFacts(aged, clusters);
  const { caption, alt } = mapText(aged, clusters);
  return {
    symbol: map.symbol,
    title: `${map.symbol} liquidation map, ${facts.window}`,
    stamp: facts.stamp,
    madeMs: map.timeMs,
    made: utcTime(map.timeMs),
    lines: caption.split('\n').slice(1),
    alt,
    clusters: facts.clusters.map(({ side, price, distance, usd, band = 'not known', leverage }) => [
      side === 'long' ? 'longs, below' : 'shorts, above',
      `$${price}`,
      distance,
      usd,
      band,
      leverage,
    ]),
    assumptions: mapInfo(aged).split('\n').slice(1),
  };
}

/** What a page's script draws. */
export function pageData(shown: Pick<MapAnswer, 'map' | 'clusters'>, theme: Theme['name'], nowMs: number) {
  return {
    nowMs,
    facts: pageFacts(shown, nowMs),
    bins: pageBins(shown.map),
    chart: pageChart(shown.map, themes[theme]),
  };
}

/** How old a map is, in words; one beyond `oldMs` is said to be old. */
export function ageWords(
  madeMs: number,
  nowMs: number,
  oldMs: number,
): { readonly text: string; readonly isOld: boolean } {
  const ageMs = Math.max(0, nowMs - madeMs);
  return { text: age(ageMs), isOld: ageMs >= oldMs };
}
