import { z } from 'zod';
import { foldVersion } from './core/fold.ts';
import type { FoldPlace, FoldShelf } from './kept-folds.ts';
import type { KeptFold } from './market-history.ts';
import type { BookCheckpoints } from './store/book-checkpoints.ts';

/** What is told of a saved fold before its bytes. */
const labelSchema = z.object({
  madeBy: z.string(),
  modelPriceUsd: z.number().positive(),
  facts: z.object({
    candles: z.object({ count: z.number(), stepMs: z.number(), fromMs: z.number() }),
    marks: z.boolean(),
    openInterest: z.object({ points: z.number(), fromMs: z.number(), history: z.boolean() }),
    fundingPoints: z.number().exactOptional(),
    atrPct: z.number().exactOptional(),
    notes: z.array(z.string()),
  }),
});

/**
 * Folds of the window of everything in the store: what stood before a venue's history, and ours, begins is not lost.
 * A store that fails is done without.
 */
export function storedFolds(checkpoints: BookCheckpoints, onTrouble: (error: unknown) => void): FoldShelf {
  return {
    async load(place, nowMs) {
      try {
        const found = await checkpoints.latest(keyOf(place), nowMs);
        return found && unpacked(found.book, found.timeMs);
      } catch (error) {
        onTrouble(error);
        return undefined;
      }
    },
    async save(place, kept) {
      await checkpoints.put(keyOf(place), { timeMs: kept.closeMs, book: packed(kept) }).catch(onTrouble);
    },
  };
}

/** This window begins with whatever is known first. */
function keyOf({ venue, symbol }: FoldPlace) {
  return { venue, symbol, windowStartMs: 0, schemaVersion: foldVersion };
}

/** Length of the label, label, fold. */
function packed({ madeBy, modelPriceUsd, facts, saved }: KeptFold): Uint8Array {
  const label = Buffer.from(JSON.stringify({ madeBy, modelPriceUsd, facts }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(label.length);
  return Buffer.concat([length, label, saved]);
}

/** Throws on what `packed` did not make. */
function unpacked(bytes: Uint8Array, closeMs: number): KeptFold {
  const buffer = Buffer.from(bytes);
  const end = 4 + buffer.readUInt32LE();
  const label = labelSchema.parse(JSON.parse(buffer.toString('utf8', 4, end)));
  // Never read in this process: the whole history is, once, so that a spoilt fold can be done without.
  return { ...label, saved: bytes.slice(end), closeMs, windowStartMs: undefined, wholeMs: 0 };
}
