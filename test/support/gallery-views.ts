import { cascadeChart } from '../../renderers/cascade/chart.ts';
import { changesChart } from '../../renderers/changes/chart.ts';
import type { Chart } from '../../renderers/chart.ts';
import { compareChart } from '../../renderers/compare/chart.ts';
import { heatChart } from '../../renderers/heat/chart.ts';
import { liquidationsChart } from '../../renderers/liquidations/chart.ts';
import type { Look } from '../../renderers/look.ts';
import { mapChart } from '../../renderers/map/chart.ts';
import { nearChart } from '../../renderers/near/chart.ts';
import { positionChart } from '../../renderers/position/chart.ts';
import { scoreChart } from '../../renderers/score/chart.ts';
import { cascadeFixtures } from '../renderers/cascade/fixtures.ts';
import { comparisons } from '../renderers/compare/fixtures.ts';
import { fixtures } from '../renderers/fixtures.ts';
import { changesFixtures, heatFixtures } from '../renderers/heat/fixtures.ts';
import { observedFixtures } from '../renderers/liquidations/fixtures.ts';
import { nearFixtures } from '../renderers/near/fixtures.ts';
import { positionFixtures } from '../renderers/position/fixtures.ts';
import { scoreFixtures } from '../renderers/score/fixtures.ts';

const comparedMaps = Object.fromEntries(
  Object.entries(comparisons).map(([name, make]) => [name, () => ({ maps: make() })]),
);

/** A picture of one case, as it looks in a look. */
export type Draft = (look: Look) => Chart;

/** Every view over data as awkward as the market's: what the gallery shows, and what the checks of layout look at. */
export const galleryViews: Readonly<Record<string, Readonly<Record<string, Draft>>>> = {
  map: drafts(fixtures, mapChart),
  heatmap: drafts(heatFixtures, heatChart),
  changes: drafts(changesFixtures, changesChart),
  compare: drafts(comparedMaps, compareChart),
  cascade: drafts(cascadeFixtures, cascadeChart),
  liquidations: drafts(observedFixtures, liquidationsChart),
  near: drafts(nearFixtures, nearChart),
  score: drafts(scoreFixtures, scoreChart),
  position: drafts(positionFixtures, positionChart),
};

function drafts<Options extends Look>(
  cases: Readonly<Record<string, () => Omit<Options, keyof Look>>>,
  draw: (options: Options) => Chart,
): Readonly<Record<string, Draft>> {
  return Object.fromEntries(
    Object.entries(cases).map(([name, make]) => [
      name,
      (look: Look) => draw({ ...make(), ...look } as unknown as Options),
    ]),
  );
}
