import type { Contract, Side } from '../../core/market-data.ts';
import { sideOf, yOf } from './exchange.ts';
import { hedged, house, isolated } from './ledger.ts';
import { excessOf, holdingOf, levelAbove, levelBelow, surplus } from './margin-levels.ts';
import type { World } from './world.ts';

/** A position as only the simulation knows it. */
export type TruePosition = {
  readonly venue: string;
  readonly contract: Contract;
  readonly side: Side;
  /** Base units (linear) or USD face value (inverse). */
  readonly size: number;
  readonly entryPrice: number;
  /**
   * Mark at which its account is liquidated if all other prices stay. `undefined`: at none, because the
   * margin is worth more, a larger position on the other side of the same account covers it, or a maker holds
   * it. With margin shared by the account it may lie on the far side of the entry.
   */
  readonly liquidationPrice: number | undefined;
  readonly holder: 'isolated' | 'shared margin' | 'hedged' | 'maker';
};

/** Everything that is open in a coin, on all simulated venues. */
export type LiquidationTruth = {
  readonly timeMs: number;
  readonly markPrice: number;
  readonly positions: readonly TruePosition[];
};

/** What of a world is asked. */
type Present = Pick<World, 'ledger' | 'exchange' | 'nowMs'>;

/** What is open in a coin of a world now. */
export function readTruth(world: Present, coin: number): LiquidationTruth {
  const { ledger, exchange } = world;
  const positions: TruePosition[] = [];
  for (let account = 0; account < ledger.accounts; account++) {
    if (ledger.held[account] === 0) continue;
    for (const slot of [ledger.slot(account, coin, 0), ledger.slot(account, coin, 1)]) {
      if (ledger.lots[slot]! > 0) positions.push(readPosition(world, slot));
    }
  }
  return { timeMs: world.nowMs, markPrice: exchange.mark[coin]!, positions };
}

function readPosition(world: Present, slot: number): TruePosition {
  const { ledger } = world;
  const market = ledger.marketOf(slot);
  return {
    venue: market.venue.name,
    contract: market.venue.contract,
    side: sideOf(slot),
    size: ledger.lots[slot]! * market.lot,
    // y is its own inverse.
    entryPrice: yOf(market, ledger.entryY[slot]!),
    liquidationPrice: liquidationPrice(world, slot),
    holder: holderOf(ledger.kind[ledger.accountOf(slot)]!),
  };
}

function liquidationPrice({ ledger, exchange }: Present, slot: number): number | undefined {
  const account = ledger.accountOf(slot);
  const isCovered = ledger.lots[slot]! < ledger.lots[slot ^ 1]!;
  if (ledger.kind[account] === house || isCovered) return undefined;
  const holding = holdingOf(ledger, account, ledger.coinOf(slot));
  const y = exchange.markY[holding.market.index]!;
  const target = surplus(holding, y) - excessOf(ledger, account, exchange.markY);
  const levels = [levelBelow(holding, target), levelAbove(holding, target, y)];
  const nearest = levels
    .filter((level) => level !== undefined)
    .toSorted((a, b) => Math.abs(Math.log(a / y)) - Math.abs(Math.log(b / y)))[0];
  return nearest === undefined ? undefined : yOf(holding.market, nearest);
}

function holderOf(kind: number): TruePosition['holder'] {
  if (kind === isolated) return 'isolated';
  if (kind === hedged) return 'hedged';
  return kind === house ? 'maker' : 'shared margin';
}
