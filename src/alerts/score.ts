import { dayMs } from '../core/durations.ts';
import { type Bounds, wilsonBounds } from '../core/score/wilson.ts';
import type { ClusterStage, ClusterStages } from '../store/cluster-stages.ts';
import { type AlertReceipt, exceededNormal } from './receipt.ts';

/** So many of so many, with the bounds of the probability behind it. */
export type Share = { readonly hits: number; readonly cases: number } & Bounds;

/**
 * `unproven`: too few cases to say. `better` than levels nobody chose. `muted`: with enough cases it cannot be told from
 * them.
 */
export type AlertVerdict = 'unproven' | 'better' | 'muted';

/** How a coin's large clusters did in a span of time against levels as far away that nobody chose. */
export type CoinScore = {
  readonly symbol: string;
  /** Clusters as they were at the beginning of a day: whether price came to them within it. */
  readonly reached: Share;
  readonly reachedByChance: Share;
  /** Of those reached and observed: whether more than a normal minute was liquidated there in a minute. */
  readonly exceeded: Share;
  readonly exceededByChance: Share;
  /** Approaches that were followed by a touch within a day. */
  readonly touched: Share;
  readonly verdict: AlertVerdict;
};

export type AlertScore = { readonly days: number; readonly coins: readonly CoinScore[] };

type Stage = ClusterStage<AlertReceipt>;

/** Fewer say nothing. */
export const leastCases = 30;
/** What verdicts look at. */
const verdictDays = 90;

/** Scores of all coins that had a case in so many days before, by symbol. */
export async function alertScore(
  stages: Pick<ClusterStages<AlertReceipt>, 'since'>,
  nowMs: number,
  days: number = verdictDays,
): Promise<AlertScore> {
  const all = await stages.since(nowMs - days * dayMs);
  const symbols = [...new Set(all.map(({ symbol }) => symbol))].sort();
  return {
    days,
    coins: symbols.map((symbol) =>
      coinScore(
        symbol,
        all.filter((stage) => stage.symbol === symbol),
        nowMs,
      ),
    ),
  };
}

function coinScore(symbol: string, all: readonly Stage[], nowMs: number): CoinScore {
  const today = Math.floor(nowMs / dayMs);
  // A day that is not over may yet bring price there.
  const cases = all.filter(({ stage, arming }) => stage === 'case' && arming < today);
  const keys = new Set(cases.map(caseKey));
  const came = (stage: 'reached' | 'chance') =>
    all.filter((one) => one.stage === stage && keys.has(caseKey(one)));
  const [reached, chance] = [came('reached'), came('chance')];
  const exceeded = exceededShare(reached);
  const exceededByChance = exceededShare(chance);
  return {
    symbol,
    reached: shareOf(reached.length, cases.length),
    reachedByChance: shareOf(chance.length, cases.length),
    exceeded,
    exceededByChance,
    touched: touchedShare(all, nowMs),
    verdict: verdictOf(exceeded, exceededByChance),
  };
}

function verdictOf(exceeded: Share, byChance: Share): AlertVerdict {
  if (exceeded.cases < leastCases || byChance.cases < leastCases) return 'unproven';
  return exceeded.low < byChance.hits / byChance.cases ? 'muted' : 'better';
}

function exceededShare(stages: readonly Stage[]): Share {
  const known = stages.flatMap(({ receipts }) => (receipts[15] && exceededNormal(receipts[15])) ?? []);
  return shareOf(known.filter((exceeded) => exceeded).length, known.length);
}

function touchedShare(all: readonly Stage[], nowMs: number): Share {
  const touches = all.filter(({ stage }) => stage === 'touch');
  const approaches = all.filter(({ stage, atMs }) => stage === 'approach' && nowMs - atMs >= dayMs);
  const touched = approaches.filter(({ clusterId, atMs }) =>
    touches.some((touch) => touch.clusterId === clusterId && touch.atMs >= atMs && touch.atMs < atMs + dayMs),
  );
  return shareOf(touched.length, approaches.length);
}

function shareOf(hits: number, cases: number): Share {
  return { hits, cases, ...wilsonBounds(hits, cases) };
}

function caseKey({ clusterId, arming }: Stage): string {
  return `${clusterId} ${arming}`;
}
