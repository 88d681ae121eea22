import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { mallocOf, unitMalloc } from './support/deployed.ts';

it('the image, the unit and the words on running by hand set the allocator alike', () => {
  const { length } = Object.keys(unitMalloc());
  expect(length).toBe(2);
  for (const file of ['Dockerfile', 'docs/operate.md']) {
    expect(mallocOf(readFileSync(file, 'utf8'))).toEqual(unitMalloc());
  }
});
