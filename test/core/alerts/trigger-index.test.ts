import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Crossing, type Trigger, TriggerIndex } from '../../../src/core/alerts/trigger-index.ts';

const long = (name: string, priceUsd: number, rearmUsd = priceUsd + 5): Trigger => ({
  name,
  group: name[0]!,
  side: 'long',
  priceUsd,
  rearmUsd,
});
const short = (name: string, priceUsd: number, rearmUsd = priceUsd - 5): Trigger => ({
  ...long(name, priceUsd, rearmUsd),
  side: 'short',
});

// Whole prices in a small range, so that levels and ticks often coincide.
const level = fc.integer({ min: 50, max: 150 });
const triggerList = fc.uniqueArray(
  fc.record({
    name: fc.integer({ min: 0, max: 30 }).map(String),
    side: fc.boolean(),
    at: level,
    band: fc.integer({ min: 1, max: 20 }),
  }),
  { selector: ({ name }) => name, maxLength: 20 },
);
const triggersOf = (drawn: readonly { name: string; side: boolean; at: number; band: number }[]) =>
  drawn.map(({ name, side, at, band }) => (side ? long(name, at, at + band) : short(name, at, at - band)));
const path = fc.array(level, { maxLength: 60 });

function indexOf(triggers: readonly Trigger[], startUsd = 100): TriggerIndex {
  const index = new TriggerIndex();
  index.tick(startUsd);
  for (const trigger of triggers) index.put(trigger);
  return index;
}

/** Looks at every trigger with every tick. */
function scan(triggers: readonly Trigger[], startUsd: number, prices: readonly number[]): string[][] {
  const reached = ({ side, priceUsd }: Trigger, price: number) =>
    side === 'long' ? price <= priceUsd : price >= priceUsd;
  const away = ({ side, rearmUsd }: Trigger, price: number) =>
    side === 'long' ? price >= rearmUsd : price <= rearmUsd;
  const armed = new Map(triggers.map((trigger) => [trigger.name, !reached(trigger, startUsd)]));
  return prices.map((price) =>
    triggers.flatMap((trigger) => {
      const isArmed = armed.get(trigger.name)!;
      if (isArmed ? !reached(trigger, price) : !away(trigger, price)) return [];
      armed.set(trigger.name, !isArmed);
      return [`${trigger.name} ${isArmed ? 'fired' : 'rearmed'}`];
    }),
  );
}

const words = (crossings: readonly Crossing[]) =>
  crossings.map(({ trigger, what }) => `${trigger.name} ${what}`);

describe('the index of triggers', () => {
  it('misses nothing and adds nothing, whatever way price takes', () => {
    fc.assert(
      fc.property(triggerList, path, (drawn, prices) => {
        const triggers = triggersOf(drawn);
        const index = indexOf(triggers);
        const told = prices.map((price) => words(index.tick(price)).sort());
        expect(told).toEqual(scan(triggers, 100, prices).map((tick) => tick.sort()));
      }),
    );
  });

  it('fires nothing twice between two re-armings, and counts the armings', () => {
    fc.assert(
      fc.property(triggerList, path, (drawn, prices) => {
        const index = indexOf(triggersOf(drawn));
        const last = new Map<string, Crossing>();
        for (const crossing of prices.flatMap((price) => index.tick(price))) {
          const before = last.get(crossing.trigger.name);
          if (before) {
            expect(crossing.what).not.toBe(before.what);
            expect(crossing.arming).toBe(before.arming + (crossing.what === 'rearmed' ? 1 : 0));
          }
          last.set(crossing.trigger.name, crossing);
        }
      }),
    );
  });

  it('tells the levels of a gap in the order in which price met them, at one level by name', () => {
    fc.assert(
      fc.property(triggerList, path, (drawn, prices) => {
        const index = indexOf(triggersOf(drawn));
        for (const price of prices) {
          const from = index.priceUsd!;
          const met = index.tick(price).map(({ trigger, what }) => ({
            far: Math.abs(from - (what === 'fired' ? trigger.priceUsd : trigger.rearmUsd)),
            name: trigger.name,
          }));
          expect(met).toEqual(met.toSorted((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1)));
        }
      }),
    );
  });

  it('visits of the prices of one moment the nearer extreme, then the farther one, and ends at their median', () => {
    const from = (...prices: number[]) => {
      const index = indexOf([long('down', 92), short('up', 103)]);
      const fired = index.tick(...prices).map(({ trigger: { name }, what }) => `${name} ${what}`);
      return { fired, endUsd: index.priceUsd };
    };
    // From 100, the extreme above is nearer; then the one below, which also leaves the short behind.
    expect(from(90, 104, 96)).toEqual({ fired: ['up fired', 'up rearmed', 'down fired'], endUsd: 96 });
    expect(from(91, 111, 105)).toMatchObject({ endUsd: 105 });
    expect(from(91, 111, 105).fired[0]).toBe('down fired');
    expect(from(104, 98)).toMatchObject({ endUsd: 98 });
  });

  it('takes a trigger along that has moved to another group, and keeps a group that has lost one', () => {
    const index = indexOf([long('a1', 90), long('a2', 80)]);
    index.put({ ...long('a1', 90), group: 'b' });
    index.replaceGroup('a', []);
    expect([index.arming('a1'), index.arming('a2')]).toEqual([{ armed: true, arming: 0 }, undefined]);
    index.put(long('a3', 70));
    index.put(long('a4', 60));
    index.remove('a3');
    index.replaceGroup('a', []);
    expect(index.size).toBe(1);
  });

  it('gives the same for the ticks of one moment in any order', () => {
    const moments = fc.array(fc.array(level, { minLength: 1, maxLength: 5 }), { maxLength: 15 });
    fc.assert(
      fc.property(triggerList, moments, fc.infiniteStream(fc.nat()), (drawn, prices, random) => {
        const [one, other] = [indexOf(triggersOf(drawn)), indexOf(triggersOf(drawn))];
        for (const moment of prices) {
          const shuffled = moment
            .map((price) => ({ price, key: random.next().value }))
            .sort((a, b) => a.key - b.key)
            .map(({ price }) => price);
          expect(words(one.tick(...moment))).toEqual(words(other.tick(...shuffled)));
        }
      }),
    );
  });

  it('does not change with a tick that is told again', () => {
    fc.assert(
      fc.property(triggerList, path, (drawn, prices) => {
        const index = indexOf(triggersOf(drawn));
        for (const price of prices) {
          index.tick(price);
          expect(index.tick(price)).toEqual([]);
        }
      }),
    );
  });

  it('gives the same whether triggers came one by one, in another order, or in the place of others', () => {
    fc.assert(
      fc.property(triggerList, triggerList, path, (drawn, before, prices) => {
        const triggers = triggersOf(drawn);
        const index = indexOf([]);
        for (const [i, trigger] of triggersOf(before).entries())
          index.put({ ...trigger, name: `old ${i}`, group: 'old' });
        index.replaceGroup('old', []);
        for (const trigger of triggers.toReversed()) index.put(trigger);
        expect(index.size).toBe(triggers.length);
        const plain = indexOf(triggers);
        expect(prices.map((price) => words(index.tick(price)))).toEqual(
          prices.map((price) => words(plain.tick(price))),
        );
      }),
    );
  });

  it('lets a trigger that is put in where price already is wait until price has left and come back', () => {
    const index = indexOf([long('a', 102, 110)]);
    expect(index.arming('a')).toEqual({ armed: false, arming: 0 });
    expect(words([99, 105, 101, 110, 102].flatMap((price) => index.tick(price)))).toEqual([
      'a rearmed',
      'a fired',
    ]);
  });

  it('fires what was armed when it went down, if price is there when it comes up again', () => {
    const index = new TriggerIndex();
    index.put(long('a', 102), { armed: true, arming: 3 });
    expect(index.tick(101)).toEqual([{ trigger: long('a', 102), what: 'fired', arming: 3 }]);
  });

  it('keeps the arming of a trigger that drifts, and fires it where it is now', () => {
    const index = indexOf([long('a', 90)]);
    index.tick(89);
    index.put(long('a', 92, 96));
    expect(index.tick(95)).toEqual([]);
    expect(words(index.tick(96))).toEqual(['a rearmed']);
    index.put(long('a', 97, 101));
    expect(words(index.tick(96.5))).toEqual(['a fired']);
  });

  it('can be told to arm a trigger that has fired: then it fires once more where price is', () => {
    const index = indexOf([long('a', 90)]);
    expect(index.rearm('a')).toBeUndefined();
    index.tick(89);
    expect(index.rearm('a')).toEqual({ armed: true, arming: 1 });
    expect(index.rearm('a')).toBeUndefined();
    expect(index.tick(89)).toEqual([{ trigger: long('a', 90), what: 'fired', arming: 1 }]);
    expect(index.tick(88)).toEqual([]);
    expect(index.rearm('b')).toBeUndefined();
  });

  it('forgets what is taken out of a group, and only that', () => {
    const index = indexOf([long('a1', 90), long('a2', 91), long('b1', 92)]);
    index.replaceGroup('a', [long('a2', 89)]);
    expect(words(index.tick(80))).toEqual(['b1 fired', 'a2 fired']);
    expect(index.arming('a1')).toBeUndefined();
    expect(index.size).toBe(2);
  });

  it('refuses a price that is none, and an outer band inside the trigger', () => {
    expect(() => indexOf([]).tick(Number.NaN)).toThrow('must be above 0, got NaN');
    expect(() => indexOf([]).tick(100, 0)).toThrow(RangeError);
    expect(() => indexOf([long('a', 90, 90)])).toThrow('outer band to 90');
    expect(() => indexOf([short('a', Number.NaN)])).toThrow(RangeError);
  });
});
