import { join } from 'node:path';
import { describe } from 'vitest';
import { killingClaims } from '../store/claims/killing.ts';
import { temporaryFolder } from '../store/places.ts';

const folder = temporaryFolder();

describe('a store in an SQLite file', () => {
  killingClaims(async () => ({ path: join(folder, 'killed.db') }));
});
