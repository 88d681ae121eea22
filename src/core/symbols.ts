/**
 * What people call a market. A text has several readings (`KAVA` is a coin, `KPEPE` a thousand PEPE; `BUSDT` is B in
 * USDT), so it is first read in every way that makes sense, the most literal one first; what is listed decides.
 */
import { nearNames } from './near-names.ts';

/** What the resolver needs to know of a market; `base` is in upper case and without multiplier. */
export type ListedMarket = {
  readonly venue: string;
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly settle: string;
  readonly kind: 'perpetual' | 'future';
  /** 1000 where the venue quotes a thousand units as one. */
  readonly multiplier: number;
};

/** One way to read a text; what the text leaves open is absent. */
export type SymbolReading = {
  readonly base: string;
  /** How many units of base the text calls one: 1000 for `1000pepe`. */
  readonly multiplier: number;
  readonly quote?: string;
  readonly settle?: string;
  readonly kind?: ListedMarket['kind'];
  /** Only makes sense if some venue lists the base by the thousand: `KETH` is no thousand ETH. */
  readonly onlyIfListedByThousand?: true;
};

export type ResolvedSymbol<M extends ListedMarket> =
  | {
      readonly found: true;
      readonly base: string;
      readonly multiplier: number;
      /** All markets of the base, or those of the quote, settle currency or kind that the text names. */
      readonly markets: readonly M[];
    }
  /** Bases that could have been meant, best first, at most five. */
  | { readonly found: false; readonly near: readonly string[] };

type Name = Omit<SymbolReading, 'multiplier'>;

/** The longest names that venues list have some 30 letters; whatever is longer is no name. */
const longestName = 40;
const quotes = ['FDUSD', 'USDT', 'USDC', 'USDE', 'BUSD', 'USD'];
const perpetualWords = ['PERP', 'PERPETUAL', 'SWAP', 'P'];
const separators = /[\s/_.-]+/;
/** `ETHUSDT`, and `ETHUSDTM` as KuCoin writes it. */
const attachedQuote = new RegExp(`^(.+?)(${quotes.join('|')})M?$`);
const attachedPerpetual = /^(.+)(?:PERP|PERPETUAL|SWAP)$/;
const aliases: Readonly<Record<string, string>> = { XBT: 'BTC' };

/**
 * The multiplier in a venue's own name of a base: `1000PEPE`, `SHIB1000`, `10000LADYS`, `1000000MOG`, `1MBABYDOGE` and,
 * as Hyperliquid writes it, `kPEPE`. An upper-case `KPEPE` is taken apart only if PEPE, but not KPEPE, is among
 * `knownBases`: those that OTHER venues list. The base returned is in upper case.
 */
export function splitMultiplier(
  venueBase: string,
  knownBases?: ReadonlySet<string>,
): { readonly base: string; readonly multiplier: number } {
  if (/^k\p{Lu}{2}/u.test(venueBase)) return { base: venueBase.slice(1), multiplier: 1000 };
  const name = venueBase.toUpperCase();
  const rest = name.slice(1);
  if (name.startsWith('K') && knownBases?.has(rest) && !knownBases.has(name))
    return { base: rest, multiplier: 1000 };
  return splitNumber(name) ?? { base: name, multiplier: 1 };
}

/** All readings of a text, most literal first; none when it holds no name. */
export function parseSymbol(input: string): SymbolReading[] {
  const text = input.trim().replace(/^[$#]+/, '');
  if (text.length > longestName) return [];
  const isSpelledByThousand = /^k\p{Lu}{2}/u.test(text);
  return namesIn(text.toUpperCase()).flatMap((name) => {
    const alias = aliases[name.base];
    const split = splitNumber(name.base);
    const thousand = /^K(\p{L}{2}.*)$/u.exec(name.base)?.[1];
    return [
      { ...name, multiplier: 1 },
      ...(alias ? [{ ...name, base: alias, multiplier: 1 }] : []),
      ...(split ? [{ ...name, ...split }] : []),
      ...(thousand
        ? [{ ...name, base: thousand, multiplier: 1000, ...(!isSpelledByThousand && guess) }]
        : []),
    ];
  });
}

/** The markets that a text means, across all venues, in the order given; or near matches when there are none. */
export function resolveSymbol<M extends ListedMarket>(
  input: string,
  markets: readonly M[],
): ResolvedSymbol<M> {
  const listed = byBase(markets);
  const readings = parseSymbol(input);
  for (const reading of readings) {
    const ofBase = listed.get(reading.base) ?? [];
    if (reading.onlyIfListedByThousand && !ofBase.some(({ multiplier }) => multiplier > 1)) continue;
    const matching = ofBase.filter((market) => fits(market, reading));
    if (matching.length === 0) continue;
    return { found: true, base: reading.base, multiplier: reading.multiplier, markets: matching };
  }
  // What is listed widely is meant more often.
  const names = [...listed].map(([name, { length }]) => ({ name, weight: length }));
  return { found: false, near: nearNames([...new Set(readings.map(({ base }) => base))], names, 5) };
}

const guess = { onlyIfListedByThousand: true } as const;

/** Takes the notation apart: `ETH/USDT:USDT-251226`, `ETH-USDT-SWAP`, `ETHUSD_PERP`, `ETHUSDT.P`, `eth usdt`. */
function namesIn(text: string): Name[] {
  const [pair = '', settlement] = text.split(':', 2);
  const [settle, expiry] = settlement?.split('-') ?? [];
  const parts = pair.split(separators).filter((part) => part !== '');
  let kind: ListedMarket['kind'] | undefined = expiry === undefined ? undefined : 'future';
  if (parts.length > 1 && perpetualWords.includes(parts.at(-1)!)) {
    kind = 'perpetual';
    parts.pop();
  } else if (parts.length > 1 && /^\d{6}$/.test(parts.at(-1)!)) {
    kind = 'future';
    parts.pop();
  }
  const named = { ...(settle && { settle }), ...(kind && { kind }) };
  const last = parts.at(-1);
  if (last !== undefined && parts.length > 1 && (pair.includes('/') || quotes.includes(last))) {
    return [{ ...named, base: parts.slice(0, -1).join(''), quote: last }];
  }
  return attachedNames(parts.join(''), named);
}

/** `ETHUSDT`, `ETHPERP`, `ETHUSDTPERP`: as one name first, then without what could be a suffix. */
function attachedNames(text: string, named: Omit<Name, 'base'>): Name[] {
  if (text === '') return [];
  const stem = attachedPerpetual.exec(text)?.[1];
  const [, base, quote] = attachedQuote.exec(text) ?? [];
  return [
    { ...named, base: text },
    ...(base && quote ? [{ ...named, base, quote }] : []),
    ...(stem ? attachedNames(stem, { ...named, kind: 'perpetual' }) : []),
  ];
}

/** Two letters at least must be left (three after `1M`), so that 1INCH, 1MIL and 1000X stay what they are. */
function splitNumber(name: string): { readonly base: string; readonly multiplier: number } | undefined {
  const [, number, after] = /^(1000000|10000|1000)(\p{L}{2}.*)$/u.exec(name) ?? [];
  if (number && after) return { base: after, multiplier: Number(number) };
  const million = /^1M(\p{L}{3}.*)$/u.exec(name)?.[1];
  if (million) return { base: million, multiplier: 1_000_000 };
  const before = /^(\p{L}{2,})1000$/u.exec(name)?.[1];
  return before ? { base: before, multiplier: 1000 } : undefined;
}

function fits(market: ListedMarket, { quote, settle, kind }: SymbolReading): boolean {
  return (
    (quote === undefined || market.quote.toUpperCase() === quote) &&
    (settle === undefined || market.settle.toUpperCase() === settle) &&
    (kind === undefined || market.kind === kind)
  );
}

/** By base as texts are compared, without separators. */
function byBase<M extends ListedMarket>(markets: readonly M[]): Map<string, M[]> {
  const listed = new Map<string, M[]>();
  for (const market of markets) {
    const base = market.base.toUpperCase().split(separators).join('');
    const known = listed.get(base);
    if (known) known.push(market);
    else listed.set(base, [market]);
  }
  return listed;
}
