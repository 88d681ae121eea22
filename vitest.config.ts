import { defineConfig } from 'vitest/config';

// `unit` needs nothing but Node and stays under two minutes; `system` starts servers and processes,
// `fuzz` draws a hundred thousand cases of bad input.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/system/**', 'test/fuzz/**'],
          testTimeout: 20_000,
        },
      },
      { test: { name: 'fuzz', include: ['test/fuzz/**/*.test.ts'], hookTimeout: 60_000 } },
      { test: { name: 'system', include: ['test/system/**/*.test.ts'], testTimeout: 120_000 } },
    ],
  },
});
