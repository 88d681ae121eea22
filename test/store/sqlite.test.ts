import { join } from 'node:path';
import { describe } from 'vitest';
import { storeClaims } from './claims.ts';
import { temporaryFolder } from './places.ts';

const folder = temporaryFolder();
let files = 0;

describe('a store in an SQLite file', () => {
  storeClaims(async () => ({ path: join(folder, `${++files}.db`) }));
});
