import { describe, expect, it, vi } from 'vitest';
import { redisKinds } from '../support/jobs/redis.ts';
import { soakClaims } from '../support/soak/claims.ts';
import { soak } from '../support/soak/soak.ts';

// Two and a half minutes where nobody else needs the machine.
vi.setConfig({ testTimeout: 1_200_000 });

/** `npm run soak` has the full size: 50 coins, 2,000 subscriptions, a price a minute, five minutes at the pace of the world. */
describe.skipIf(!redisKinds.includes('child'))('the whole service on two coins of four venues', () => {
  it('goes through a simulated day without growing, and tells every alert once', async () => {
    const soaked = await soak({
      ...{ days: 1, coins: 2, subscriptions: 52, recomputeMinutes: 5, priceMinutes: 5, worldSeconds: 20 },
    });
    const claims = soakClaims(soaked);
    console.info(claims.map(({ name, figures }) => `${name}: ${figures}`).join('\n'));
    expect(soaked.hours).toHaveLength(24);
    expect(claims.filter(({ holds }) => !holds)).toEqual([]);
  });
});
