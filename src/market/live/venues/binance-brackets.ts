import { z } from 'zod';
import { hourMs } from '../../../core/durations.ts';
import type { MarginRules } from '../../../core/market-data.ts';
import { errorText } from '../../../errors.ts';
import type { CcxtClient } from '../ccxt-client.ts';
import type { Listing } from '../listing.ts';
import { MarketError } from '../market-error.ts';
import { numeric, readPayload } from '../payload.ts';
import { remembered } from '../remembered.ts';
import { tierLadder } from '../tier-ladder.ts';
import { binanceTierTable } from './binance-tier-table.ts';

/**
 * Binance's own endpoint for brackets wants a key. Its web page reads the same table without one; the address is
 * undocumented and may move (shape: `data.brackets[].riskBrackets[]`, seen in several public projects, 2026), so a
 * dated copy of the largest coins stands behind it.
 */
const addresses: Partial<Record<CcxtClient['id'], string>> = {
  binanceusdm: 'https://www.binance.com/bapi/futures/v1/friendly/future/common/brackets',
  binancecoinm: 'https://www.binance.com/bapi/futures/v1/friendly/delivery/common/brackets',
};

/** Brackets change every few weeks. */
const ttlMs = 6 * hourMs;

/** Fee 0: the fee of a forced closing is taken on execution and is no part of the trigger (Binance's worked examples). */
const feeRate = 0;

/** Binance books FUNDING_FEE to the wallet of an isolated position. */
const fundingMovesMargin = true;

export function createBinanceBrackets(options: {
  readonly usdM: CcxtClient;
  readonly coinM: CcxtClient;
  readonly nowMs: () => number;
}): { rulesOf(listing: Listing): Promise<MarginRules> } {
  const { usdM, coinM, nowMs } = options;
  const tables = new Map(
    [usdM, coinM].map((client) => [client, remembered(() => fetchTable(client), { ttlMs, nowMs })]),
  );

  return {
    async rulesOf(listing) {
      try {
        const table = await tables.get(listing.client)?.();
        return liveRules(listing, table ?? []);
      } catch (error) {
        if (!(error instanceof MarketError)) throw error;
        return copiedRules(listing, error);
      }
    },
  };
}

async function fetchTable(client: CcxtClient): Promise<BracketTable> {
  const answer = await client.get(addresses[client.id] ?? '');
  return readPayload(bracketAnswer, answer, 'binance brackets').data.brackets;
}

function liveRules({ id }: Listing, table: BracketTable): MarginRules {
  // COIN-M brackets are kept by pair: BTCUSD stands for BTCUSD_PERP and the quarters.
  const found =
    table.find(({ symbol }) => symbol === id) ?? table.find(({ symbol }) => symbol === id.split('_')[0]);
  if (!found) throw new MarketError('bad-answer', `binance brackets: no ${id}`);
  const tiers = found.riskBrackets.map((bracket) => ({
    cap: bracket.bracketNotionalCap,
    maintenanceRate: bracket.bracketMaintenanceMarginRate,
    maxLeverage: bracket.maxOpenPosLeverage,
    deduction: bracket.cumFastMaintenanceAmount,
  }));
  return { tiers: tierLadder(tiers), feeRate, fundingMovesMargin, source: 'Binance brackets, live' };
}

function copiedRules({ id }: Listing, cause: MarketError): MarginRules {
  const rows = binanceTierTable.symbols[id];
  if (!rows) throw cause;
  const tiers = rows.map(([cap, maintenanceRate, maxLeverage]) => ({ cap, maintenanceRate, maxLeverage }));
  return {
    tiers: tierLadder(tiers),
    feeRate,
    fundingMovesMargin,
    source: `Binance brackets, copy of ${binanceTierTable.asOf} (${errorText(cause)})`,
    asOfMs: Date.parse(binanceTierTable.asOf),
  };
}

const bracketAnswer = z.object({
  data: z.object({
    brackets: z.array(
      z.object({
        symbol: z.string(),
        riskBrackets: z.array(
          z.object({
            bracketNotionalCap: numeric,
            bracketMaintenanceMarginRate: numeric,
            maxOpenPosLeverage: numeric,
            cumFastMaintenanceAmount: numeric,
          }),
        ),
      }),
    ),
  }),
});
type BracketTable = z.output<typeof bracketAnswer>['data']['brackets'];
