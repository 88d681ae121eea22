import type { AlertPayload } from '../../../src/alerts/payload.ts';
import { type AlertKind, type AlertSettings, usualLoudness } from '../../../src/alerts/settings.ts';
import { distanceTo, nearnessName, usualNearness } from '../../../src/core/alerts/near-levels.ts';
import { dayMs, hourMs, minuteMs } from '../../../src/core/durations.ts';
import type { Cluster } from '../../../src/core/liquidation-map.ts';
import type { Alert } from '../../../src/store/alert-ledger.ts';
import type { Subscribed } from './crowd.ts';
import type { EngineInput } from './engine-inputs.ts';
import { PlainCoin, type Reached } from './plain-coin.ts';

/** An alert that there should be. */
export type Expected = {
  readonly subscriptionId: string;
  readonly symbol: string;
  readonly subject: string;
  readonly kind: AlertKind;
  readonly stage: string;
  readonly atMs: number;
  readonly silent: boolean;
  /** Left out by the destination's budget. */
  readonly leftOut?: 'burst' | 'daily cap';
  readonly notBeforeMs?: number;
  readonly repliesTo?: string;
  readonly edits?: string;
};

type Occasion = Pick<Expected, 'symbol' | 'subject' | 'kind' | 'stage' | 'atMs'> & {
  readonly arming: number;
};
type Own = Pick<Expected, 'repliesTo' | 'edits' | 'notBeforeMs'>;
type Touch = {
  readonly event: Reached;
  readonly symbol: string;
  readonly told: readonly string[];
  readonly done: Set<number>;
};

const coolDownMs = 4 * hourMs;
const oneStoryMs = 12 * hourMs;
const burst = { most: 3, spanMs: 10 * minuteMs };
const usualCap = 12;
const punctualMs = 15 * minuteMs;
const leftOutMs = 30 * minuteMs;

/**
 * All alerts of a crowd in which each destination has one subscription to one coin, reckoned plainly from what the engine went by and
 * from the rules in `docs/alerts.md`: every one of the crowd is asked about every event, every past alert is looked through.
 */
export class PlainAlerts {
  /** By key of the ledger. */
  readonly expected = new Map<string, Expected>();
  /** What prices have come to, whether anybody was told or not. */
  readonly reached: (Reached & { readonly symbol: string })[] = [];
  readonly #crowd: readonly Subscribed[];
  readonly #ofOne = new Map<string, (readonly [key: string, Expected])[]>();
  readonly #coins = new Map<string, PlainCoin>();
  readonly #toldMs = new Map<string, number>();
  readonly #touches: Touch[] = [];
  readonly #sent = new Map<string, number[]>();
  readonly #left: { readonly key: string; readonly expected: Expected }[] = [];
  #nowMs = 0;

  constructor(crowd: readonly Subscribed[]) {
    this.#crowd = crowd;
  }

  /** What the engine went by up to a moment, in its order; then it has looked at what is due by time. */
  take(inputs: readonly EngineInput[], nowMs: number): void {
    for (const input of inputs) this.#takeOne(input);
    this.#nowMs = nowMs;
    this.#receipts(nowMs);
    this.#leftOut(nowMs);
    this.#digests(nowMs);
  }

  /** How the ledger differs, in words. */
  differences(rows: readonly Alert<AlertPayload>[]): readonly string[] {
    const found = new Map(rows.map((row) => [row.key, row]));
    return [
      ...[...this.expected.keys()].filter((key) => !found.has(key)).map((key) => `${key} is missing`),
      ...rows.flatMap((row) => this.#differencesOf(row)),
    ];
  }

  #differencesOf(row: Alert<AlertPayload>): readonly string[] {
    const { key, payload } = row;
    const expected = this.expected.get(key);
    if (!expected) return [`${key} should not be`];
    const { leftOut, notBeforeMs = 0 } = expected;
    const state =
      leftOut !== undefined ? `dropped (${leftOut})` : notBeforeMs > this.#nowMs ? 'pending' : 'sent';
    const pairs: readonly (readonly [string, unknown, unknown])[] = [
      ['state', row.reason === undefined ? row.state : `${row.state} (${row.reason})`, state],
      ['kind', payload.kind, expected.kind],
      ['symbol', payload.symbol, expected.symbol],
      ['silent', payload.silent, expected.silent],
      ['held until', payload.notBeforeMs, expected.notBeforeMs],
      ['answers', payload.repliesTo, expected.repliesTo],
      ['edits', payload.edits, expected.edits],
    ];
    return pairs.flatMap(([name, is, should]) =>
      is === should ? [] : [`${key}: ${name} is ${is}, not ${should}`],
    );
  }

  #takeOne(input: EngineInput): void {
    const coin = this.#coinOf(input.symbol);
    if (input.what === 'blocked') return;
    if (input.what === 'sizes') coin.learnSizes();
    else if (input.what === 'map') {
      for (const id of coin.takeMap(input.sheet))
        for (const name of this.#toldMs.keys())
          if (name.startsWith(`${coin.symbol} ${id} `)) this.#toldMs.delete(name);
    } else {
      for (const event of coin.takePrice(input.price, input.nowMs, input.isMuted === true)) {
        this.reached.push({ ...event, symbol: coin.symbol });
        if (event.kind === 'approach') this.#approach(coin, event);
        else this.#touch(coin, event);
      }
    }
  }

  #approach(coin: PlainCoin, event: Reached): void {
    const { cluster, priceUsd, nearness = '', blocked, inOneLeap } = event;
    const isCooling = this.#isCooling(coin, event, nearness) || this.#isCooling(coin, event, 'touch');
    if (blocked.length > 0 || isCooling || inOneLeap || distanceTo(cluster, priceUsd) === 0) return;
    const listeners = this.#listeners(coin, cluster).filter(
      ({ settings }) => nearnessOf(settings) === nearness,
    );
    const told = this.#tell(occasionOf(coin, event), listeners);
    if (told.length > 0) this.#toldMs.set(`${coin.symbol} ${cluster.id} ${nearness}`, event.atMs);
  }

  #touch(coin: PlainCoin, event: Reached): void {
    const { cluster, atMs, blocked } = event;
    if (blocked.length > 0 || this.#isCooling(coin, event, 'touch')) return;
    const name = `${coin.symbol} ${cluster.id} touch`;
    const lastMs = this.#toldMs.get(name) ?? 0;
    const told = this.#tell(occasionOf(coin, event), this.#listeners(coin, cluster), ({ id }) => {
      const approaches = (this.#ofOne.get(id) ?? []).filter(
        ([, one]) =>
          one.stage === 'approach' &&
          one.subject === cluster.id &&
          one.leftOut === undefined &&
          one.atMs >= atMs - oneStoryMs &&
          one.atMs > lastMs,
      );
      const last = approaches.sort(([, a], [, b]) => a.atMs - b.atMs).at(-1);
      return last ? { repliesTo: last[0] } : {};
    });
    if (told.length === 0) return;
    this.#toldMs.set(name, atMs);
    this.#touches.push({ event, symbol: coin.symbol, told, done: new Set() });
  }

  #isCooling({ symbol }: PlainCoin, { cluster, atMs }: Reached, name: string): boolean {
    const toldMs = this.#toldMs.get(`${symbol} ${cluster.id} ${name}`);
    return toldMs !== undefined && atMs - toldMs < coolDownMs;
  }

  #listeners(coin: PlainCoin, cluster: Cluster): readonly Subscribed[] {
    return this.#crowd.filter(
      ({ settings }) => settings.symbols.includes(coin.symbol) && wants(settings, coin, cluster),
    );
  }

  #receipts(nowMs: number): void {
    for (const { event, symbol, told, done } of this.#touches) {
      for (const minutes of [15, 60]) {
        if (done.has(minutes) || nowMs < event.atMs + minutes * minuteMs + minuteMs / 2) continue;
        done.add(minutes);
        const touched = occasionOf({ symbol }, event);
        const occasion = { ...touched, kind: 'receipt', stage: `receipt${minutes}`, atMs: nowMs } as const;
        const whom = this.#crowd.filter(({ id }) => told.includes(id));
        this.#tell(occasion, whom, ({ id }) => {
          const edits = keyOf(touched, id);
          const { notBeforeMs } = this.expected.get(edits)!;
          return { edits, ...(notBeforeMs !== undefined && { notBeforeMs }) };
        });
      }
    }
    // What has both receipts is over.
    for (let i = this.#touches.length - 1; i >= 0; i--)
      if (this.#touches[i]!.done.size === 2) this.#touches.splice(i, 1);
  }

  #digests(nowMs: number): void {
    const day = Math.floor(nowMs / dayMs);
    for (const one of this.#crowd) {
      const [symbol = ''] = one.settings.symbols;
      for (const minute of one.settings.digestAt ?? []) {
        const lateMs = nowMs - day * dayMs - minute * minuteMs;
        if (lateMs < 0 || lateMs >= punctualMs || !this.#coinOf(symbol).hasMap) continue;
        const about = { symbol, subject: 'digest', kind: 'digest', stage: 'digest', atMs: nowMs } as const;
        this.#tell({ ...about, arming: day * 1_440 + minute }, [one]);
      }
    }
  }

  #leftOut(nowMs: number): void {
    const spans = new Map<
      string,
      { readonly toMs: number; readonly fromMs: number; readonly first: Expected }
    >();
    for (const { expected } of this.#left) {
      const { subscriptionId, leftOut, atMs } = expected;
      const spanMs = leftOut === 'burst' ? burst.spanMs : dayMs;
      const fromMs = Math.floor(atMs / spanMs) * spanMs;
      const name = `${subscriptionId} ${leftOut} ${fromMs}`;
      if (!spans.has(name)) spans.set(name, { fromMs, toMs: fromMs + spanMs, first: expected });
    }
    for (const { fromMs, toMs, first } of spans.values()) {
      if (nowMs < toMs || nowMs >= toMs + leftOutMs) continue;
      const { symbol, kind, leftOut: subject = 'burst' } = first;
      const whom = this.#crowd.filter(({ id }) => id === first.subscriptionId);
      this.#tell({ symbol, subject, kind, stage: 'left-out', atMs: nowMs, arming: fromMs / minuteMs }, whom);
    }
    while (this.#left[0] && this.#left[0].expected.atMs < nowMs - 2 * dayMs) this.#left.shift();
  }

  /** Who is told; those whom the budget spares are not. */
  #tell(
    occasion: Occasion,
    whom: readonly Subscribed[],
    ownOf: (one: Subscribed) => Own = () => ({}),
  ): readonly string[] {
    return whom.flatMap((one) => {
      const loudness = one.settings.kinds[occasion.kind] ?? usualLoudness[occasion.kind];
      if (loudness === 'off') return [];
      const key = keyOf(occasion, one.id);
      const known = this.expected.get(key);
      if (known) return known.leftOut === undefined ? [one.id] : [];
      const own = ownOf(one);
      const when = own.edits === undefined ? timing(one.settings, occasion.atMs) : { silent: true, ...own };
      const sendMs = when.notBeforeMs ?? occasion.atMs;
      const isNew = own.repliesTo === undefined && own.edits === undefined && occasion.stage !== 'left-out';
      const leftOut = isNew ? this.#overBudget(one, sendMs) : undefined;
      const { symbol, subject, kind, stage, atMs } = occasion;
      const expected: Expected = {
        ...{
          subscriptionId: one.id,
          symbol,
          subject,
          kind,
          stage,
          atMs,
          silent: loudness === 'silent' || when.silent,
        },
        ...(leftOut && { leftOut }),
        ...own,
        ...(when.notBeforeMs !== undefined && { notBeforeMs: when.notBeforeMs }),
      };
      this.expected.set(key, expected);
      this.#ofOne.set(one.id, [...(this.#ofOne.get(one.id) ?? []), [key, expected]]);
      if (leftOut) this.#left.push({ key, expected });
      else if (isNew) this.#sent.set(one.id, [...(this.#sent.get(one.id) ?? []), sendMs]);
      return leftOut ? [] : [one.id];
    });
  }

  /** Each destination has one subscription. */
  #overBudget({ id, settings }: Subscribed, atMs: number): Expected['leftOut'] {
    const sent = this.#sent.get(id) ?? [];
    const within = (spanMs: number) => sent.filter((ms) => Math.abs(ms - atMs) < spanMs).length;
    if (within(burst.spanMs) >= burst.most) return 'burst';
    return within(dayMs) >= (settings.dailyCap ?? usualCap) ? 'daily cap' : undefined;
  }

  #coinOf(symbol: string): PlainCoin {
    const known = this.#coins.get(symbol);
    if (known) return known;
    const own = this.#crowd.filter(({ settings }) => settings.symbols.includes(symbol));
    const coin = new PlainCoin(
      symbol,
      own.map(({ settings }) => distancesOf(settings)),
    );
    this.#coins.set(symbol, coin);
    return coin;
  }
}

function occasionOf(
  { symbol }: { readonly symbol: string },
  { kind, cluster, arming, atMs }: Reached,
): Occasion {
  return { symbol, subject: cluster.id, kind, stage: kind, arming, atMs };
}

function keyOf({ symbol, subject, arming, stage }: Occasion, id: string): string {
  return `${id}/${symbol}:${subject}/${arming}/${stage}`;
}

function distancesOf({ distancePct, distanceAtr }: AlertSettings) {
  if (distancePct === undefined && distanceAtr === undefined) return usualNearness;
  return {
    ...(distancePct !== undefined && { distancePct }),
    ...(distanceAtr !== undefined && { distanceAtr }),
  };
}

function nearnessOf(settings: AlertSettings): string {
  return nearnessName(distancesOf(settings));
}

/** One of the three largest of its side, on the side that is wanted, and as large as is wanted; what is large unless told is in `docs/alerts.md`. */
function wants(settings: AlertSettings, coin: PlainCoin, { rank, side, usd, shareOfOi }: Cluster): boolean {
  if (rank > 3 || !(usd > 0) || (settings.side !== 'both' && settings.side !== side)) return false;
  const { minUsd, minShareOfOi, minPercentile } = settings;
  const percentile = coin.percentile(shareOfOi) ?? 100;
  if (minUsd === undefined && minShareOfOi === undefined && minPercentile === undefined)
    return shareOfOi >= 0.01 && percentile >= 10;
  return usd >= (minUsd ?? 0) && shareOfOi >= (minShareOfOi ?? 0) && percentile >= (minPercentile ?? 0);
}

/** Quiet hours of the crowd go over midnight, by UTC, at full hours. */
function timing(
  { quiet }: AlertSettings,
  atMs: number,
): { readonly silent: boolean; readonly notBeforeMs?: number } {
  const minute = Math.floor((atMs % dayMs) / minuteMs);
  if (!quiet || (minute < quiet.from && minute >= quiet.to)) return { silent: false };
  if (quiet.during === 'silent') return { silent: true };
  const midnightMs = atMs - (atMs % dayMs) + (minute >= quiet.from ? dayMs : 0);
  return { silent: false, notBeforeMs: midnightMs + quiet.to * minuteMs };
}
