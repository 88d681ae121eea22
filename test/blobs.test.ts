import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pack, unpack } from '../src/blobs.ts';
import { handMadeClusters, handMadeMap } from './renderers/fixtures.ts';

describe('what is packed', () => {
  it('comes back as the same map: typed arrays, infinities and what is not there', async () => {
    const map = handMadeMap();
    const answer = {
      map: { ...map, byLeverage: map.byLeverage.map((layer) => ({ ...layer, maxLeverage: Infinity })) },
      clusters: handMadeClusters(),
    };
    const back = await unpack(await pack(answer));
    expect(back).toStrictEqual(answer);
    expect((back as typeof answer).map.longUsd).toBeInstanceOf(Float64Array);
  });

  it('comes back as it was, for any plain data', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        expect(await unpack(await pack(value))).toStrictEqual(value);
      }),
    );
  });

  it('is refused when it was not packed here', async () => {
    await expect(unpack(Buffer.from('{"map":1}'))).rejects.toThrow();
  });
});
