/** Two projects: `product` (everything the product promises) and `checks` (the tree itself). */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    reporters: ['default', './checks/closing-line-reporter.ts'],
    projects: [
      {
        test: {
          name: 'product',
          include: [
            'packages/**/*.test.ts',
            'apps/**/*.test.ts',
            'bench/**/*.test.ts',
            'simulation/**/*.test.ts',
          ],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      { test: { name: 'checks', include: ['checks/**/*.test.ts'] } },
    ],
  },
});
