import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearNames } from '../../src/core/near-names.ts';
import { type ListedMarket, parseSymbol, resolveSymbol, splitMultiplier } from '../../src/core/symbols.ts';

/** `venue symbol`, with the multiplier taken out of the base as the sources do. */
function listed(entry: string): ListedMarket {
  const [venue = '', symbol = ''] = entry.split(' ');
  const [, venueBase = '', quote = '', settle = '', expiry] = /^(.+)\/(\w+):(\w+)(-\d+)?$/.exec(symbol) ?? [];
  const { base, multiplier } = splitMultiplier(venueBase, new Set(['PEPE', 'BONK']));
  return { venue, symbol, base, quote, settle, kind: expiry ? 'future' : 'perpetual', multiplier };
}

const markets = [
  'binance BTC/USDT:USDT',
  'binance BTC/USD:BTC',
  'binance ETH/USDT:USDT',
  'binance ETH/USDC:USDC',
  'binance ETH/USD:ETH',
  'binance ETH/USDT:USDT-260327',
  'bybit ETH/USDT:USDT',
  'bybit ETH/USD:ETH',
  'okx ETH/USDT:USDT',
  'hyperliquid ETH/USDC:USDC',
  'binance ETC/USDT:USDT',
  'binance ENA/USDT:USDT',
  'binance 1000PEPE/USDT:USDT',
  'bybit 1000PEPE/USDT:USDT',
  'okx PEPE/USDT:USDT',
  'hyperliquid KPEPE/USDC:USDC',
  'bybit SHIB1000/USDT:USDT',
  'binance 1000SHIB/USDT:USDT',
  'okx SATS/USDT:USDT',
  'binance 1000SATS/USDT:USDT',
  'bybit 10000SATS/USDT:USDT',
  'binance 1MBABYDOGE/USDT:USDT',
  'bybit 1000000BABYDOGE/USDT:USDT',
  'binance 1000000MOG/USDT:USDT',
  'binance 1INCH/USDT:USDT',
  'binance KAVA/USDT:USDT',
  'binance AVA/USDT:USDT',
  'binance KSM/USDT:USDT',
  'binance KAITO/USDT:USDT',
  'binance PERP/USDT:USDT',
  'binance B/USDT:USDT',
  'binance USDC/USDT:USDT',
  'binance SUSD/USDT:USDT',
  'binance 币安人生/USDT:USDT',
].map(listed);

/** The markets that a text means, as `venue symbol`. */
function found(text: string, among = markets): string[] {
  const resolved = resolveSymbol(text, among);
  return resolved.found ? resolved.markets.map(({ venue, symbol }) => `${venue} ${symbol}`) : [];
}

function near(text: string, among = markets): readonly string[] {
  const resolved = resolveSymbol(text, among);
  return resolved.found ? ['found'] : resolved.near;
}

const allEther = markets
  .filter(({ base }) => base === 'ETH')
  .map(({ venue, symbol }) => `${venue} ${symbol}`);
const etherIn = (quote: string) => allEther.filter((entry) => entry.includes(`/${quote}:`));
const perpetual = (entry: string) => !/-\d+$/.test(entry);

describe('a coin', () => {
  it.each(['eth', 'ETH', ' eth ', '$eth', '#ETH'])('%s means all its markets on all venues', (text) => {
    expect(allEther).toHaveLength(8);
    expect(found(text)).toEqual(allEther);
  });

  it.each([
    'ETHUSDT',
    'ethusdt',
    'eth/usdt',
    'ETH_USDT',
    'ETH-USDT',
    'eth usdt',
    'ETH/USDT:USDT',
    'ETHUSDTM',
  ])('with its quote, as in %s, means the markets in that quote', (text) => {
    expect(found(text)).toEqual(etherIn('USDT'));
  });

  it.each(['ETH-PERP', 'ETHPERP', 'eth perp', 'ETH-PERPETUAL'])(
    'with a word for it, as in %s, means perpetuals',
    (text) => {
      expect(found(text)).toEqual(allEther.filter(perpetual));
    },
  );

  it.each(['ETH-USDT-SWAP', 'ETHUSDT.P', 'ETHUSDT-PERP', 'ETHUSDTPERP', 'ETH/USDT-PERP'])(
    'with both, as in %s, means perpetuals in that quote',
    (text) => {
      expect(found(text)).toEqual(etherIn('USDT').filter(perpetual));
    },
  );

  it.each(['ETHUSD_PERP', 'ETHUSD', 'ETH/USD:ETH', 'ETH-USD-SWAP'])(
    'in plain USD, as in %s, is coin-margined',
    (text) => {
      expect(found(text)).toEqual(['binance ETH/USD:ETH', 'bybit ETH/USD:ETH']);
    },
  );

  it.each(['ETHUSDT_260327', 'ETH-USDT-260327', 'ETH/USDT:USDT-260327'])(
    'with a day, as in %s, is dated',
    (text) => {
      expect(found(text)).toEqual(['binance ETH/USDT:USDT-260327']);
    },
  );

  it('under its old code XBT is bitcoin', () => {
    expect(found('XBTUSD')).toEqual(['binance BTC/USD:BTC']);
    expect(found('xbt')).toEqual(found('btc'));
  });

  it('whose name looks like a suffix keeps it', () => {
    expect(found('perp')).toEqual(['binance PERP/USDT:USDT']);
    expect(found('PERPUSDT')).toEqual(['binance PERP/USDT:USDT']);
    expect(found('PERP-PERP')).toEqual(['binance PERP/USDT:USDT']);
    expect(found('BUSDT')).toEqual(['binance B/USDT:USDT']);
    expect(found('usdc')).toEqual(['binance USDC/USDT:USDT']);
    expect(found('USDCUSDT')).toEqual(['binance USDC/USDT:USDT']);
    expect(found('susd')).toEqual(['binance SUSD/USDT:USDT']);
  });

  it('may have a name in any script', () => {
    expect(found('币安人生')).toEqual(['binance 币安人生/USDT:USDT']);
    expect(found('币安人生USDT')).toEqual(['binance 币安人生/USDT:USDT']);
  });

  it('is found as what the caller put in, generic fields included', () => {
    const market = { ...listed('okx SOL/USDT:USDT'), contractSize: 1 };
    const resolved = resolveSymbol('sol', [market]);
    expect(resolved.found && resolved.markets[0]!.contractSize).toBe(1);
  });

  it('is found however a market of any listing is written', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...markets),
        fc.constantFrom('', '-', '/', '_', ' '),
        fc.boolean(),
        (market, by, lower) => {
          const text = `${market.base}${by}${market.quote}`;
          const resolved = resolveSymbol(lower ? text.toLowerCase() : text, markets);
          expect(resolved.found && resolved.base).toBe(market.base);
          expect(resolved.found && resolved.markets).toContain(market);
        },
      ),
    );
  });
});

describe('a multiplier', () => {
  const allPepe = markets.filter(({ base }) => base === 'PEPE');

  it.each([
    ['pepe', 1],
    ['1000pepe', 1000],
    ['kPEPE', 1000],
    ['KPEPE', 1000],
    ['kpepe', 1000],
    ['10000pepe', 10_000],
  ])('%s means PEPE on every venue, counted in units of %d', (text, multiplier) => {
    expect(resolveSymbol(text, markets)).toEqual({ found: true, base: 'PEPE', multiplier, markets: allPepe });
    expect(allPepe.map((market) => market.multiplier)).toEqual([1000, 1000, 1, 1000]);
  });

  it('with a quote keeps to the quote', () => {
    expect(found('1000PEPEUSDT')).toEqual([
      'binance 1000PEPE/USDT:USDT',
      'bybit 1000PEPE/USDT:USDT',
      'okx PEPE/USDT:USDT',
    ]);
    expect(found('kPEPE-USDC')).toEqual(['hyperliquid KPEPE/USDC:USDC']);
  });

  it.each([
    ['sats', 3],
    ['1000sats', 3],
    ['shib', 2],
    ['SHIB1000', 2],
    ['babydoge', 2],
    ['1MBABYDOGE', 2],
    ['1000000babydogeusdt', 2],
    ['mog', 1],
  ])('%s is found on %d venues whatever their units', (text, venues) => {
    expect(new Set(found(text).map((entry) => entry.split(' ')[0])).size).toBe(venues);
  });

  it('is not seen in coins that only look like it', () => {
    expect(found('1inch')).toEqual(['binance 1INCH/USDT:USDT']);
    expect(found('kava')).toEqual(['binance KAVA/USDT:USDT']);
    expect(found('KAVAUSDT')).toEqual(['binance KAVA/USDT:USDT']);
    expect(found('ksm')).toEqual(['binance KSM/USDT:USDT']);
    expect(found('kaito')).toEqual(['binance KAITO/USDT:USDT']);
  });

  it('K is not read into a coin that nobody lists by the thousand, so that KAVA is never taken for AVA', () => {
    const withoutKava = markets.filter(({ base }) => base !== 'KAVA');
    expect(found('kava', withoutKava)).toEqual([]);
    expect(near('kava', withoutKava)).toContain('AVA');
    expect(found('keth')).toEqual([]);
  });

  it('K is taken at its word where it is written as Hyperliquid does', () => {
    const okx = markets.filter(({ venue }) => venue === 'okx');
    expect(found('kPEPE', okx)).toEqual(['okx PEPE/USDT:USDT']);
    expect(near('kpepe', okx)).toEqual(['PEPE']);
  });
});

describe('a venue base is split into base and multiplier', () => {
  it.each([
    ['1000PEPE', 'PEPE', 1000],
    ['kPEPE', 'PEPE', 1000],
    ['kBONK', 'BONK', 1000],
    ['SHIB1000', 'SHIB', 1000],
    ['10000LADYS', 'LADYS', 10_000],
    ['1000000MOG', 'MOG', 1_000_000],
    ['1MBABYDOGE', 'BABYDOGE', 1_000_000],
    ['1000IQ50', 'IQ50', 1000],
    ['ETH', 'ETH', 1],
    ['1INCH', '1INCH', 1],
    ['1000X', '1000X', 1],
    ['1MIL', '1MIL', 1],
    ['KAVA', 'KAVA', 1],
    ['KPEPE', 'KPEPE', 1],
    ['K', 'K', 1],
    ['1000', '1000', 1],
    ['wstETH', 'WSTETH', 1],
  ])('%s', (venueBase, base, multiplier) => {
    expect(splitMultiplier(venueBase)).toEqual({ base, multiplier });
  });

  it('KPEPE by the bases that other venues list', () => {
    const known = new Set(['PEPE', 'AVA', 'KAVA', 'SHIB']);
    expect(splitMultiplier('KPEPE', known)).toEqual({ base: 'PEPE', multiplier: 1000 });
    expect(splitMultiplier('KAVA', known)).toEqual({ base: 'KAVA', multiplier: 1 });
    expect(splitMultiplier('KAITO', known)).toEqual({ base: 'KAITO', multiplier: 1 });
  });
});

describe('a text that means no market', () => {
  it.each(['', '   ', '$', '/', ':', '--'])('has no reading when it holds no name: "%s"', (text) => {
    expect(parseSymbol(text)).toEqual([]);
    expect(near(text)).toEqual([]);
  });

  it('is answered with what is nearest, most widely listed first', () => {
    expect(near('etj')).toEqual(['ETH', 'ETC']);
    expect(near('teh')[0]).toBe('ETH');
    expect(near('etjusdt')[0]).toBe('ETH');
    expect(near('babydog')).toEqual(['BABYDOGE']);
    expect(near('ethereum')[0]).toBe('ETH');
    expect(near('qqqqqq')).toEqual([]);
  });

  it('is answered with the coin itself when only the quote is not listed', () => {
    expect(near('ETHBUSD')[0]).toBe('ETH');
    expect(near('eth/btc')[0]).toBe('ETH');
    expect(near('KSM-USDC')[0]).toBe('KSM');
  });

  it('gets at most five answers, and none takes long', () => {
    const many = Array.from({ length: 3000 }, (_, i) =>
      listed(`okx A${i.toString(36).toUpperCase()}/USDT:USDT`),
    );
    expect(near('a', many)).toHaveLength(5);
    expect(near('PERP'.repeat(100_000), many)).toEqual([]);
  });

  it('never throws, whatever it is', () => {
    const piece = fc.constantFrom(
      'K',
      'k',
      '1000',
      '1M',
      'ETH',
      'PEPE',
      'USDT',
      'PERP',
      '/',
      '-',
      ':',
      '.',
      '$',
      '币',
      '260327',
    );
    const pieces = fc.array(piece, { maxLength: 9 }).map((list) => list.join(''));
    fc.assert(
      fc.property(fc.oneof(fc.string(), pieces), (text) => {
        const resolved = resolveSymbol(text, markets);
        expect(resolved.found ? resolved.markets.length : 1).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the distance between two names', () => {
  it.each([
    ['ETH', 'ETH', 0],
    ['ETH', 'ETC', 1],
    ['TEH', 'ETH', 1],
    ['ETHE', 'ETH', 1],
    ['', 'ETH', 3],
    ['SOLANA', 'SOL', 3],
  ])('from %s to %s is %d', (from, to, distance) => {
    expect(editDistance(from, to)).toBe(distance);
  });

  it('is the same both ways, and at most the longer length', () => {
    const name = fc.string({ unit: fc.constantFrom('A', 'B', 'C'), maxLength: 8 });
    fc.assert(
      fc.property(name, name, (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
        expect(editDistance(a, b) === 0).toBe(a === b);
      }),
    );
  });

  it('ranks the same name before a longer one, and that before a slip', () => {
    const names = ['BONE', 'BONK', 'BON'].map((name) => ({ name, weight: 1 }));
    expect(nearNames(['BON'], names, 5)).toEqual(['BON', 'BONE', 'BONK']);
    expect(nearNames(['BOMK'], names, 5)).toEqual(['BONK']);
  });
});
