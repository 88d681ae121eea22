import { roles as allRoles, type Config, type Role } from './config.ts';
import { UserError } from './errors.ts';

/** Whether a process with these roles needs other processes to be of any use. */
export function isPartial(roles: readonly Role[]): boolean {
  return allRoles.some((role) => !roles.includes(role));
}

/** @throws UserError when the roles cannot work with this configuration, with the reason and a way out. */
export function checkRoles(roles: readonly Role[], config: Pick<Config, 'redisUrl'>): void {
  if (isPartial(roles) && config.redisUrl === undefined) {
    throw new UserError(
      `The roles ${roles.join(', ')} leave ${allRoles.filter((role) => !roles.includes(role)).join(', ')} to other processes, which are reached through Redis only. Set REDIS_URL in all of them. Example: REDIS_URL=redis://127.0.0.1:6379`,
    );
  }
}
