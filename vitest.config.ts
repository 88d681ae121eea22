import { defineConfig } from 'vitest/config';

// `unit` needs nothing but Node and stays under two minutes; `system` starts servers and processes,
// `fuzz` draws a hundred thousand cases of bad input.
export default defineConfig({
  test: {
    // No file may come to rely on what another has left behind. The seed is printed; `--sequence.seed` gives its order again.
    sequence: { shuffle: { files: true } },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/system/**', 'test/fuzz/**'],
          testTimeout: 20_000,
          // What files import is loaded once a worker: half the time.
          isolate: false,
        },
      },
      { test: { name: 'fuzz', include: ['test/fuzz/**/*.test.ts'], hookTimeout: 60_000 } },
      { test: { name: 'system', include: ['test/system/**/*.test.ts'], testTimeout: 120_000 } },
    ],
  },
});
