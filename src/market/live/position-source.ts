import { hourMs } from '../../core/durations.ts';
import type { Account, AccountPosition, ListedAccount, PositionSource } from '../positions.ts';
import type { Market, MarketSource } from '../source.ts';
import type { FindListing, Listing, NamedPosition, VenueAccounts } from './listing.ts';
import { MarketError } from './market-error.ts';
import { remembered } from './remembered.ts';
import { unitScale } from './unit-scale.ts';

/** As long as the list of markets is kept. */
const namesTtlMs = hourMs;
/** What a position is worth and size x mark agree to rounding; ten times off is another unit. */
const maxValueFactor = 10;
/** 10 billion USD: several times the largest position ever seen. */
const maxValueUsd = 1e10;
const maxLeverage = 1_000;

/**
 * A venue's positions as a `PositionSource`: addresses in lower case, each once, positions in single units of base, rows
 * that cannot be true refused. Coins that the venue lists no perpetual of are passed over.
 */
export function createPositionSource(options: {
  readonly venue: string;
  readonly accounts: VenueAccounts;
  readonly source: Pick<MarketSource, 'markets'> & { readonly listingOf: FindListing };
  readonly nowMs: () => number;
  readonly onRefused: (rows: number) => void;
}): PositionSource {
  const { venue, accounts, source, nowMs, onRefused } = options;
  const marketsByName = remembered(
    async () => {
      const listings = await Promise.all((await source.markets()).map(source.listingOf));
      return new Map(listings.map((listing) => [accounts.nameOf(listing), listing]));
    },
    { ttlMs: namesTtlMs, nowMs },
  );
  const refuse = (rows: number) => {
    if (rows > 0) onRefused(rows);
  };
  return {
    venue,
    weights: accounts.weights,

    leaders: () =>
      unnamed(async () => {
        const { accounts: listed, refused } = await accounts.leaders();
        refuse(refused);
        return summed(listed);
      }),

    traders: (market) =>
      unnamed(async () => {
        const { accounts: traded, refused } = await accounts.traders(await source.listingOf(market));
        refuse(refused);
        return summed(traded);
      }),

    account: (address) =>
      unnamed(async () => {
        const byName = await marketsByName();
        const { timeMs = nowMs(), isVenueVault, positions } = await accounts.account(address);
        const known = positions.filter((position) => !position || byName.has(position.name));
        const read = known.map((position) => position && uniform(position, byName.get(position.name)!));
        const good = read.filter((position) => position !== undefined);
        const refused = known.length - good.length;
        refuse(refused);
        // Not from the future: its age would be none.
        return {
          timeMs: Math.min(timeMs, nowMs()),
          isVenueVault,
          positions: good,
          refused,
        } satisfies Account;
      }),
  };
}

/** Undefined for what cannot be true. */
function uniform(position: NamedPosition, { market }: Listing): AccountPosition | undefined {
  const { side, valueUsd, isCross, leverage, liquidationPrice } = position;
  const scale = unitScale(market as Market);
  const size = scale.size(position.size);
  const entryPrice = scale.price(position.entryPrice);
  const amounts = [
    size,
    entryPrice,
    valueUsd,
    leverage,
    ...(liquidationPrice === undefined ? [] : [liquidationPrice]),
  ];
  if (!amounts.every((amount) => amount > 0 && amount < Number.POSITIVE_INFINITY)) return undefined;
  const markUsd = valueUsd / size;
  const factor = Math.max(markUsd / entryPrice, entryPrice / markUsd);
  if (factor > maxValueFactor || valueUsd > maxValueUsd || leverage > maxLeverage) return undefined;
  return {
    market,
    side,
    size,
    entryPrice,
    valueUsd,
    isCross,
    leverage,
    ...(liquidationPrice !== undefined && { liquidationPrice: scale.price(liquidationPrice) }),
  };
}

function summed(listed: readonly ListedAccount[]): readonly ListedAccount[] {
  const usd = new Map<string, number>();
  for (const one of listed) {
    const address = one.address.toLowerCase();
    if (one.usd > 0) usd.set(address, (usd.get(address) ?? 0) + one.usd);
  }
  return [...usd].map(([address, sum]) => ({ address, usd: sum }));
}

/** An error's words go to logs: they must hold no address. */
async function unnamed<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof MarketError)) throw error;
    const { retryAfterMs } = error;
    throw new MarketError(error.reason, error.message.replace(/0x[0-9a-fA-F]{16,}/g, '0x…'), {
      retryAfterMs,
    });
  }
}
