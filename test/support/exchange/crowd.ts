import { createHash } from 'node:crypto';
import type { Side } from '../../../src/core/market-data.ts';
import { seedOf, uniformAt } from './noise.ts';
import type { WorldMarket } from './world.ts';

/** What one account of the crowd holds, in the units of the world. */
export type CrowdPosition = {
  readonly market: WorldMarket;
  readonly side: Side;
  readonly size: number;
  readonly entryPrice: number;
  readonly markPrice: number;
  readonly leverage: number;
  readonly isCross: boolean;
  readonly liquidationPrice?: number;
};

export type CrowdAccount = {
  readonly address: string;
  readonly kind: 'vault' | 'maker' | 'trader' | 'idle';
  /** Whether the leaderboard names it; the others are seen in trades only. */
  readonly isListed: boolean;
  readonly accountUsd: number;
};

/** The venue's own vault, by its real public address. */
export const vaultAddress = '0xdfc24b077bc1425ad1dea75bcb6f8158e10df303';

const accounts = 420;
const makers = 12;
const idle = 100;
/** Those at the end are not on the leaderboard. */
const unlisted = 60;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Of open interest, each side. */
const heldShare = 0.45;
const sides = ['long', 'short'] as const;

const people: readonly CrowdAccount[] = Array.from({ length: accounts }, (_, i) => {
  const kind = i === 0 ? 'vault' : i <= makers ? 'maker' : i < accounts - idle - unlisted ? 'trader' : 'idle';
  const late = i >= accounts - unlisted;
  return {
    address:
      i === 0 ? vaultAddress : `0x${createHash('sha256').update(`crowd ${i}`).digest('hex').slice(0, 40)}`,
    kind: late ? 'trader' : kind,
    isListed: !late,
    accountUsd: 2_000 + 2e6 * draw(i, 1) ** 6,
  };
});

/**
 * People with positions on Hyperliquid's markets of the world: each opened at a price that the market had, at the venue's own
 * liquidation price, which the market has not reached since; together 45 % of open interest on each side. The same for the same
 * world; who holds what changes only as price moves.
 */
export class Crowd {
  readonly #markets: readonly WorldMarket[];
  readonly #held = new Map<number, readonly CrowdPosition[]>();
  #hour = 0;

  constructor(markets: readonly WorldMarket[]) {
    this.#markets = markets.filter(({ status }) => status === 'trading');
  }

  get accounts(): readonly CrowdAccount[] {
    return people;
  }

  /** Undefined for an address that is nobody's here. */
  find(address: string): CrowdAccount | undefined {
    return people.find((one) => one.address === address.toLowerCase());
  }

  positionsOf(account: CrowdAccount, nowMs: number): readonly CrowdPosition[] {
    const index = people.indexOf(account);
    const hour = Math.floor(nowMs / hourMs);
    if (hour !== this.#hour) this.#held.clear();
    this.#hour = hour;
    const held = this.#held.get(index) ?? this.#open(account, index, nowMs);
    this.#held.set(index, held);
    return held.flatMap((position) => {
      const { mark } = position.market.series.price(nowMs);
      const { side, liquidationPrice } = position;
      const isGone =
        liquidationPrice !== undefined &&
        (side === 'long' ? mark <= liquidationPrice : mark >= liquidationPrice);
      return isGone ? [] : [{ ...position, markPrice: mark }];
    });
  }

  #open(account: CrowdAccount, index: number, nowMs: number): readonly CrowdPosition[] {
    const { kind } = account;
    const among = this.#markets;
    if (kind === 'idle' || among.length === 0) return [];
    if (kind === 'vault' || kind === 'maker') {
      return among.map((market, i) => {
        const side = sides[(i + index) % 2]!;
        return this.#position({ market, side, index, weight: 6, nowMs, lasting: true }, kind === 'vault');
      });
    }
    const first = Math.floor(among.length * draw(index, 2));
    const count = draw(index, 3) < 0.3 ? 2 : 1;
    return Array.from({ length: Math.min(count, among.length) }, (_, i) => {
      const side: Side = draw(index, 4) < 0.5 ? 'long' : 'short';
      const weight = 0.3 + 6 * draw(index, 5) ** 4;
      return this.#position(
        {
          market: among[(first + i) % among.length]!,
          side,
          index: index + 1000 * i,
          weight,
          nowMs,
          lasting: false,
        },
        false,
      );
    });
  }

  #position(
    plan: {
      readonly market: WorldMarket;
      readonly side: Side;
      readonly index: number;
      readonly weight: number;
      readonly nowMs: number;
      readonly lasting: boolean;
    },
    isVault: boolean,
  ): CrowdPosition {
    const { market, side, index, weight, nowMs, lasting } = plan;
    const size =
      (weight / typicalWeight(this.#markets.length)) * heldShare * market.series.openInterest(nowMs);
    const isCross = lasting || draw(index, 6) < 0.7;
    const setting = Math.max(2, Math.round(market.maxLeverage * (0.2 + 0.8 * draw(index, 7))));
    const effective = isCross ? Math.min(setting, 1.2 + 12 * draw(index, 8) ** 2) : setting;
    // From ten days ago to now: the first opening that price has not closed since.
    for (let round = 0; ; round++) {
      const ageMs = 10 * dayMs * draw(index, 9) * 0.5 ** round;
      const entryPrice = market.series.price(nowMs - ageMs).mark;
      const level = liquidationOf({ side, entryPrice, leverage: effective, maxLeverage: market.maxLeverage });
      const isReached = level !== undefined && reached(market, { side, level, fromMs: nowMs - ageMs, nowMs });
      if (isReached && round < 12) continue;
      return {
        ...{ market, side, size, entryPrice, leverage: setting, isCross, markPrice: entryPrice },
        ...(level !== undefined && !isVault && !isReached && { liquidationPrice: level }),
      };
    }
  }
}

/** Two people who trade with each other, of those that the leaderboard does not name. */
export function tradersOf(market: Pick<WorldMarket, 'id'>, index: number): readonly [string, string] {
  const of = (salt: number) => {
    const place = accounts - unlisted + Math.floor(unlisted * uniformAt(seedOf(market.id, salt), index));
    return people[place]!.address;
  };
  return [of(1), of(2)];
}

/** Of all weights of one side of one market, roughly: makers 6 each, every other trader a market or a bit more. */
function typicalWeight(markets: number): number {
  const traders = accounts - idle - makers - 1;
  return (6 * (makers + 1)) / 2 + ((0.3 + 6 / 5) * 1.3 * traders) / (2 * markets);
}

/** Hyperliquid docs, "Liquidations": price - side x margin / size / (1 - l x side), with l = 1 / (2 x highest leverage). */
function liquidationOf(position: {
  readonly side: Side;
  readonly entryPrice: number;
  readonly leverage: number;
  readonly maxLeverage: number;
}): number | undefined {
  const { side, entryPrice, leverage, maxLeverage } = position;
  const sign = side === 'long' ? 1 : -1;
  const price = (entryPrice - (sign * entryPrice) / leverage) / (1 - sign / (2 * maxLeverage));
  return price > 0 ? price : undefined;
}

function reached(
  market: WorldMarket,
  at: { readonly side: Side; readonly level: number; readonly fromMs: number; readonly nowMs: number },
): boolean {
  for (let timeMs = at.fromMs; timeMs <= at.nowMs; timeMs += hourMs / 2) {
    const { mark } = market.series.price(timeMs);
    if (at.side === 'long' ? mark <= at.level * 1.002 : mark >= at.level * 0.998) return true;
  }
  return false;
}

function draw(index: number, salt: number): number {
  return uniformAt(seedOf('crowd', salt), index);
}
