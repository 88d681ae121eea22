import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ArmingChange,
  ClusterTriggers,
  houseNearness,
  type KnownArming,
  ownName,
  touchName,
} from '../../../src/core/alerts/cluster-triggers.ts';
import { innerShare } from '../../../src/core/alerts/held-level.ts';
import { distanceTo, nearEdge, usualDistance, usualNearness } from '../../../src/core/alerts/near-levels.ts';
import { TriggerIndex } from '../../../src/core/alerts/trigger-index.ts';
import type { Cluster } from '../../../src/core/liquidation-map.ts';
import { between } from '../../support/between.ts';

const atrPct = 5;
const near = usualDistance(atrPct);
const minuteMs = 60_000;
const startUsd = 100;

function clusterOf(edgeUsd: number): Cluster {
  const band = { side: 'long', low: edgeUsd * 0.96, high: edgeUsd, peak: edgeUsd * 0.98 } as const;
  return { id: 'c', ...band, usd: 3e8, shareOfOi: 0.04, distancePct: -3, leverage: 10, rank: 1 };
}

type Fired = {
  readonly name: string;
  readonly what: string;
  readonly arming: number;
  readonly distance: number;
  readonly edgeUsd: number;
};

/** One cluster, a map and a price a minute; what is known is kept as the store keeps it. */
class Minutes {
  readonly fired: Fired[] = [];
  readonly #known = new Map<string, KnownArming>();
  readonly #index = new TriggerIndex();
  #triggers = new ClusterTriggers(this.#index);
  #nowMs = 0;

  constructor() {
    this.#index.tick(startUsd);
  }

  map(edgeUsd: number): void {
    this.#nowMs += minuteMs;
    const tracked = { cluster: clusterOf(edgeUsd), mapId: 'c', bornMs: 0, seenMs: this.#nowMs };
    const changes = this.#triggers.lay([tracked], {
      nearnesses: new Map([[houseNearness, usualNearness]]),
      atrPct,
      nowMs: this.#nowMs,
      known: (_, name) => this.#known.get(name),
    });
    for (const change of changes) this.#note(change);
  }

  price(priceUsd: number, mapEdgeUsd: number): void {
    for (const { trigger, what, arming } of this.#index.tick(priceUsd)) {
      const level = this.#triggers.levelOf(clusterOf(mapEdgeUsd));
      const name = ownName('c', trigger.name);
      const edgeUsd = nearEdge(level);
      this.fired.push({ name, what, arming, distance: distanceTo(level, priceUsd), edgeUsd });
      const value = what === 'fired' && name !== touchName ? { value: edgeUsd } : {};
      this.#note({ subject: 'c', name, armed: what !== 'fired', arming, ...value });
    }
  }

  get edgeUsd(): number {
    return nearEdge(this.#triggers.levelOf(clusterOf(1)));
  }

  of(name: string): readonly Fired[] {
    return this.fired.filter((one) => one.name === name && one.what === 'fired');
  }

  #note({ subject: _, name, ...change }: ArmingChange): void {
    this.#known.set(name, { ...this.#known.get(name), ...change });
  }
}

/** Steps of a price, as parts of it, that are small against what is near. */
const steps = (least: number, most: number) =>
  fc.array(between(least, most), { minLength: 120, maxLength: 120 });

describe('the triggers of a cluster', () => {
  it('tell of a level before price comes to it, and when it is there, though price eats its way into each map', () => {
    fc.assert(
      fc.property(steps(-0.004, 0.002), between(0.0005, 0.004), (moves, gap) => {
        const minutes = new Minutes();
        const edgeUsd = 93;
        let [price, eaten] = [startUsd, edgeUsd];
        minutes.map(edgeUsd);
        for (const move of moves) {
          price *= 1 + move;
          minutes.price(price, eaten);
          // What price comes near is gone from the next map, and does not come back.
          eaten = Math.min(eaten, price * (1 - gap));
          minutes.map(eaten);
          if (price > edgeUsd) continue;
          const [approach, touch] = minutes.fired;
          expect(approach).toMatchObject({ name: houseNearness, edgeUsd });
          expect(approach!.distance).toBeGreaterThanOrEqual(innerShare * near);
          expect(touch).toMatchObject({ name: touchName, edgeUsd });
          return;
        }
        expect(minutes.of(touchName)).toEqual([]);
      }),
    );
  });

  it('tell of no approach nearer than its inner half, but for the last step, however the edge drifts', () => {
    const rounds = fc.array(fc.tuple(between(-0.004, 0.004), between(-0.004, 0.004)), {
      minLength: 100,
      maxLength: 100,
    });
    fc.assert(
      fc.property(rounds, between(92, 99.5), (moves, startEdge) => {
        const minutes = new Minutes();
        let [price, edge] = [startUsd, startEdge];
        minutes.map(edge);
        for (const [move, drift] of moves) {
          price *= 1 + move;
          minutes.price(price, edge);
          edge = Math.min(edge * (1 + drift), price * 0.999);
          minutes.map(edge);
        }
        for (const { distance } of minutes.of(houseNearness))
          expect(distance).toBeGreaterThanOrEqual(innerShare * near - 0.0041);
      }),
    );
  });

  it('fire nothing twice between two re-armings, and count each arming once', () => {
    const rounds = fc.array(fc.tuple(between(-0.03, 0.03), between(-0.03, 0.03)), {
      minLength: 60,
      maxLength: 60,
    });
    fc.assert(
      fc.property(rounds, (moves) => {
        const minutes = new Minutes();
        let [price, edge] = [startUsd, 95];
        minutes.map(edge);
        for (const [move, drift] of moves) {
          price *= 1 + move;
          minutes.price(price, edge);
          edge = Math.min(edge * (1 + drift), price * 0.999);
          minutes.map(edge);
        }
        for (const name of [houseNearness, touchName]) {
          const armings = minutes.of(name).map(({ arming }) => arming);
          expect(new Set(armings).size).toBe(armings.length);
          expect(armings).toEqual(armings.toSorted((a, b) => a - b));
        }
      }),
    );
  });

  it('let go of a level of which nothing is left, and tell of the next one as one of its own', () => {
    const minutes = new Minutes();
    minutes.map(95);
    minutes.price(96, 95);
    minutes.price(95.5, 95);
    minutes.map(94.9);
    expect(minutes.edgeUsd).toBe(95);
    minutes.map(93);
    expect(minutes.edgeUsd).toBe(93);
    // Near enough to be told of: within 0.35 of a day's range of 5 %, and not within half of that.
    minutes.price(94.2, 93);
    expect(minutes.of(houseNearness).map(({ edgeUsd }) => edgeUsd)).toEqual([95, 93]);
    minutes.price(92.9, 93);
    expect(minutes.of(touchName).map(({ edgeUsd }) => edgeUsd)).toEqual([93]);
  });

  it('wait with a cluster that is born around the price until price has gone, or the cluster on', () => {
    const minutes = new Minutes();
    minutes.map(99.5);
    minutes.price(99.6, 99.5);
    expect(minutes.fired).toEqual([]);
    minutes.map(97.5);
    minutes.price(99, 97.5);
    expect(minutes.of(houseNearness)).toMatchObject([{ edgeUsd: 97.5 }]);
  });
});
