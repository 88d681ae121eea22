import { describe, expect, it } from 'vitest';
import { roles } from '../src/config.ts';
import { UserError } from '../src/errors.ts';
import { checkRoles, isPartial } from '../src/roles.ts';

describe('the roles of a process', () => {
  it('need nothing when they are all there', () => {
    expect(isPartial(roles)).toBe(false);
    expect(() => checkRoles(roles, {})).not.toThrow();
  });

  it('need a Redis to share when some are left to others, and the refusal says so', () => {
    expect(() => checkRoles(['compute', 'web'], {})).toThrow(UserError);
    expect(() => checkRoles(['compute', 'web'], {})).toThrow(/discord.*REDIS_URL/);
    expect(() => checkRoles(['compute'], { redisUrl: 'redis://127.0.0.1' })).not.toThrow();
  });
});
