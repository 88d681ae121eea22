import type { Book, BookStep } from '../../src/core/book.ts';
import { bookModel } from '../../src/core/book-model.ts';
import type { Contract, MarginRules, Side } from '../../src/core/market-data.ts';
import { createRandom } from '../../src/core/random.ts';
import type { OpeningWeights } from '../../src/core/weights.ts';
import { wideWeights } from '../../src/core/weights.ts';

const tier = {
  floor: 0,
  cap: Number.POSITIVE_INFINITY,
  maintenanceRate: 0.005,
  maxLeverage: 100,
  deduction: 0,
};
export const plainRules: MarginRules = {
  tiers: [tier],
  feeRate: 0,
  fundingMovesMargin: true,
  source: 'one tier for tests',
};

const model = (contract: Contract, rules = plainRules, weights = wideWeights) =>
  bookModel({ contract, rules, weights, price: 3000 });
export const linearModel = model('linear');
export const inverseModel = model('inverse');

/** Buckets far apart, hence few pairs: for what must visit every cell of a book. */
const fewBuckets: OpeningWeights = {
  ...wideWeights,
  buckets: [0.7, 1.5, 5, 20, 60, 100].map((leverage) => ({
    leverage,
    longShare: 1 / 6,
    shortShare: 1 / 6,
    longFastShare: 0.5,
    shortFastShare: 0.5,
  })),
};
export const fewPairs = {
  linear: model('linear', plainRules, fewBuckets),
  inverse: model('inverse', plainRules, fewBuckets),
  /** Where funding is not debited from isolated margin, so that it moves the levels of low leverage only. */
  isolated: model('linear', { ...plainRules, fundingMovesMargin: false }, fewBuckets),
};

/** Candles with gaps, jumps, flat spans, funding, missing and jumping open interest around 3000 USD. */
export function marketHistory(seed: number, steps: number): BookStep[] {
  const random = createRandom(seed);
  let price = 3000;
  let openInterest = 100_000;
  return Array.from({ length: steps }, (_, i) => {
    const kind = random.uniform();
    const volatility = kind < 0.05 ? 0.03 : kind < 0.15 ? 0 : 0.003;
    const pull = Math.log(3000 / price) * 0.05;
    const open = price * (kind > 0.9 ? Math.exp(0.002 * random.normal()) : 1);
    const close = open * Math.exp(pull * (volatility > 0 ? 1 : 0) + volatility * random.normal());
    const high = Math.max(open, close) * Math.exp(volatility * Math.abs(random.normal()));
    const low = Math.min(open, close) * Math.exp(-volatility * Math.abs(random.normal()));
    openInterest = Math.max(0, openInterest * Math.exp(0.01 * random.normal()));
    price = close;
    const shift = Math.exp(0.0005 * random.normal());
    const candle = { openMs: i * 60_000, open, high, low, close, volume: 10_000 * random.uniform() };
    const mark = {
      ...candle,
      open: open * shift,
      high: high * shift,
      low: low * shift,
      close: close * shift,
      volume: 0,
    };
    return {
      candle,
      ...(random.uniform() < 0.3 && { mark }),
      ...(random.uniform() < 0.8 && { openInterest }),
      ...(random.uniform() < 0.05 && { fundingRate: 0.001 * random.normal() }),
    };
  });
}

export type TestLevel = { side: Side; bucket: number; middle: number; size: number };

export function levelsOf(book: Book): TestLevel[] {
  const levels: TestLevel[] = [];
  book.visitLevels((side, bucket, low, high, size) =>
    levels.push({ side, bucket, middle: (low + high) / 2, size }),
  );
  return levels;
}
