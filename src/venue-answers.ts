import { MarketError } from './market/live/market-error.ts';
import type { MarketSource } from './market/source.ts';

/** What became of a question to a venue: `good`, why not, or `failed` for what is no fault of the venue. */
export type AnswerOutcome = 'good' | 'failed' | MarketError['reason'];

/** Counts of one venue, by outcome. */
export type AnswerCounts = Partial<Record<AnswerOutcome, number>>;

/** The same source, whose answers are counted in `counts`. */
export function countedAnswers(source: MarketSource, counts: AnswerCounts): MarketSource {
  const counted = async <T>(answer: Promise<T>): Promise<T> => {
    let outcome: AnswerOutcome = 'good';
    try {
      return await answer;
    } catch (error) {
      outcome = error instanceof MarketError ? error.reason : 'failed';
      throw error;
    } finally {
      counts[outcome] = (counts[outcome] ?? 0) + 1;
    }
  };
  return {
    venue: source.venue,
    provenance: source.provenance,
    markets: () => counted(source.markets()),
    candles: (...asked) => counted(source.candles(...asked)),
    openInterest: (...asked) => counted(source.openInterest(...asked)),
    openInterestHistory: (...asked) => counted(source.openInterestHistory(...asked)),
    funding: (...asked) => counted(source.funding(...asked)),
    marginRules: (...asked) => counted(source.marginRules(...asked)),
    price: (...asked) => counted(source.price(...asked)),
    orderBook: (...asked) => counted(source.orderBook(...asked)),
    liquidations: (...asked) => counted(source.liquidations(...asked)),
    close: () => source.close(),
  };
}
