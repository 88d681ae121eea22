import { type AlertReceipt, exceededNormal } from '../../../src/alerts/receipt.ts';
import type { ClusterStage } from '../../../src/store/cluster-stages.ts';

export type Stage = ClusterStage<AlertReceipt>;

/** What is known of a stage from elsewhere than its receipt, USD; undefined where nothing is. */
export type Truth = { readonly name: string; readonly of: (stage: Stage) => number | undefined };

/**
 * Every receipt that was taken, beside what the map had there and what is known from elsewhere: of touches that were told,
 * of clusters as they stood at the beginning of a day (`reached`), and of levels that nobody chose (`chance`).
 */
export function receiptTable(stages: readonly Stage[], truth: Truth): readonly string[] {
  const taken = stages.filter(({ stage, receipts }) => stage !== 'case' && (receipts[60] ?? receipts[15]));
  const observed = taken.filter(({ receipts }) => (receipts[60] ?? receipts[15])?.observed);
  return [
    `| time | coin | what | band | modelled | receipt | strongest minute, times normal | ${truth.name} |`,
    '|---|---|---|---|---:|---:|---:|---:|',
    ...taken.map((stage) => rowOf(stage, truth)),
    `${taken.length} receipts, ${observed.length} of them observed`,
    ...(['touch', 'reached', 'chance'] as const).map((stage) => {
      const own = observed.filter((one) => one.stage === stage);
      const exceeded = own.filter(({ receipts }) => exceededNormal((receipts[60] ?? receipts[15])!));
      return `${stage}: more than a normal minute in ${exceeded.length} of ${own.length}`;
    }),
  ];
}

function rowOf(stage: Stage, truth: Truth): string {
  const { atMs, symbol, side, low, high, usd, receipts } = stage;
  const { observed } = (receipts[60] ?? receipts[15])!;
  const times = observed && observed.strongestMinuteUsd / observed.normalMinuteUsd;
  const cells = [
    new Date(atMs).toISOString().slice(0, 16),
    symbol,
    `${stage.stage} ${side}`,
    `${low.toPrecision(5)} to ${high.toPrecision(5)}`,
    // Nobody modelled anything at a level that nobody chose: it bears the amount of the cluster across.
    stage.stage === 'chance' ? '' : millions(usd),
    observed ? `${observed.isLowerBound ? 'at least ' : ''}${millions(observed.usd)}` : 'not observed',
    times === undefined ? '' : Number.isFinite(times) ? times.toFixed(1) : 'no normal',
    millions(truth.of(stage)),
  ];
  return `| ${cells.join(' | ')} |`;
}

function millions(usd: number | undefined): string {
  return usd === undefined ? '' : `$${(usd / 1e6).toFixed(2)}M`;
}
