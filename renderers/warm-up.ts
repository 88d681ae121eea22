import type { LiquidationMap } from '../src/core/liquidation-map.ts';
import type { Chart } from './chart.ts';
import { mapChart } from './map/chart.ts';
import { themes } from './theme.ts';

/** As many groups of leverage as maps have: it is the number of layers that a template is compiled for. */
const layers = ['0x', '5x', '10x', '25x', '50x'];

/**
 * A map with nothing on it. Whoever draws it has loaded, and compiled, all that the first picture somebody asks for
 * would wait for; it is not for showing.
 */
export function warmUpChart(): Chart {
  return mapChart({ map: nothing(), clusters: [], theme: themes.dark });
}

function nothing(): LiquidationMap {
  const none = { longUsd: 0, shortUsd: 0 };
  const bins = () => ({ longUsd: new Float64Array(2), shortUsd: new Float64Array(2) });
  return {
    ...bins(),
    symbol: 'NONE',
    timeMs: 0,
    provenance: 'live',
    window: '7d',
    priceUsd: 2,
    openInterestUsd: 0,
    edges: Float64Array.of(1, 2, 3),
    byLeverage: layers.map((label) => ({ label, minLeverage: 0, maxLeverage: 0, ...bins() })),
    meanLeverage: { long: new Float64Array(2), short: new Float64Array(2) },
    byVenue: [],
    outside: none,
    neverLiquidated: none,
    older: none,
    unknownAgeShare: 0,
    venues: [],
  };
}
