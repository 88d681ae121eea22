import { appendFileSync, createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { type AlertSheet, alertSheetSchema } from '../../../src/alerts/sheet.ts';

type MakeSheet = (symbol: string, timeMs: number) => Promise<AlertSheet>;

/**
 * Maps as alerts need them, from a file of an earlier run as far as it has them; what it lacks is made and added to it.
 * Maps take most of the time of a run and do not depend on alerts.
 */
export async function keptSheets(path: string, make: MakeSheet): Promise<MakeSheet> {
  const kept = new Map<string, AlertSheet>();
  const keyOf = (symbol: string, timeMs: number) => `${symbol} ${timeMs}`;
  if (existsSync(path)) {
    for await (const line of createInterface({ input: createReadStream(path) })) {
      const sheet = alertSheetSchema.parse(JSON.parse(line));
      kept.set(keyOf(sheet.symbol, sheet.timeMs), sheet);
    }
  }
  return async (symbol, timeMs) => {
    const known = kept.get(keyOf(symbol, timeMs));
    if (known) return known;
    const sheet = await make(symbol, timeMs);
    appendFileSync(path, `${JSON.stringify(sheet)}\n`);
    return sheet;
  };
}
