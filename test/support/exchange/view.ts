import { absurdSeries, absurdTiers } from './absurd-series.ts';
import type { FaultEffect } from './faults.ts';
import type { VenueView } from './venue.ts';
import type { VenueId, World, WorldMarket } from './world.ts';

/** What a venue knows now, or what it shows while one of the faults of data is on. */
export function viewOf(args: {
  readonly world: World;
  readonly venue: VenueId;
  readonly nowMs: number;
  readonly effect: FaultEffect | undefined;
}): VenueView {
  const { world, effect } = args;
  const markets = shown(world.markets[args.venue], effect);
  const find = (id: string) => markets.find((market) => market.id === id);
  return {
    nowMs: effect?.kind === 'stale' ? args.nowMs - effect.byMs : args.nowMs,
    stepMs: world.stepMs,
    markets,
    find: effect?.kind === 'other-symbol' ? (id) => neighbour(find(id), markets) : find,
  };
}

function shown(markets: readonly WorldMarket[], effect: FaultEffect | undefined): readonly WorldMarket[] {
  if (effect?.kind !== 'absurd') return markets;
  return markets.map((market) => ({
    ...market,
    tiers: absurdTiers(market.tiers, effect.how),
    series: absurdSeries(market.series, effect.how),
  }));
}

/** Another market that could pass for the one asked. */
function neighbour(asked: WorldMarket | undefined, markets: readonly WorldMarket[]): WorldMarket | undefined {
  if (asked === undefined) return undefined;
  const others = markets.filter((market) => market !== asked && market.status === 'trading');
  return (
    others.find((market) => market.settle === asked.settle && market.kind === asked.kind) ??
    others.find((market) => market.contract === asked.contract && market.kind === asked.kind) ??
    others[0]
  );
}
