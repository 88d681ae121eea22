import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Audience, type AudienceRule } from '../../../src/core/alerts/audience.ts';

const cluster = { id: 'c1', side: 'long', usd: 100, shareOfOi: 0.05, rank: 1 } as const;
const both: AudienceRule = { side: 'both' };

describe('the audience of a coin', () => {
  it('is exactly those whose own wish each cluster meets', () => {
    const rule = fc.record(
      {
        side: fc.constantFrom('long' as const, 'short' as const, 'both' as const),
        minUsd: fc.constantFrom(50, 150),
        distancePct: fc.constantFrom(1, 2),
      },
      { requiredKeys: ['side'] },
    );
    const changes = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 8 }).map(String), fc.option(rule, { nil: undefined })),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(changes, (drawn) => {
        const audience = new Audience();
        const known = new Map<string, AudienceRule>();
        for (const [member, wish] of drawn) {
          if (wish) {
            audience.put(member, wish);
            known.set(member, wish);
          } else {
            audience.remove(member);
            known.delete(member);
          }
        }
        const wanted = [...known]
          .filter(([, { side, minUsd = 0 }]) => side !== 'short' && minUsd <= 100)
          .map(([id]) => id);
        expect([...audience.of(cluster, 50)].sort()).toEqual(wanted.sort());
        expect([...audience.members()].sort()).toEqual([...known.keys()].sort());
        expect(audience.size).toBe(known.size);
        const distances = new Set([...known.values()].map(({ distancePct }) => distancePct));
        expect(audience.nearnesses.size).toBe(distances.size);
      }),
    );
  });

  it('shares one distance among all who call it near', () => {
    const audience = new Audience();
    for (let i = 0; i < 1_000; i++)
      audience.put(`m${i}`, { side: 'both', minUsd: i, distancePct: 1 + (i % 2) });
    expect([...audience.nearnesses.keys()]).toEqual(['1%', '2%']);
    expect([...audience.of(cluster, 50, '1%')]).toHaveLength(51);
    expect(audience.nearnessOf('m1')).toBe('2%');
    expect(audience.nearnessOf('nobody')).toBeUndefined();
  });

  it('hears of one cluster, of whatever size, by either of its names', () => {
    const audience = new Audience();
    audience.put('a', { side: 'both', minUsd: 1e9, clusterId: 'c1' });
    audience.put('b', { side: 'both', clusterId: 'other' });
    expect([...audience.of(cluster, 50)]).toEqual(['a']);
    expect([...audience.of({ ...cluster, mapId: 'other' }, 50)]).toEqual(['a', 'b']);
    audience.put('c', both);
    expect([...audience.of({ ...cluster, rank: 4 }, 50)]).toEqual(['a']);
  });

  it('says whether distances may have changed', () => {
    const audience = new Audience();
    expect(audience.put('a', both)).toBe(true);
    expect(audience.put('a', both)).toBe(false);
    expect(audience.put('b', both)).toBe(false);
    expect(audience.remove('a')).toBe(false);
    expect(audience.remove('b')).toBe(true);
    expect(audience.remove('b')).toBe(false);
  });
});
