import { defineProject } from 'vitest/config';

/** The rules and pages alone: no server, no browser. `test/unit/architecture.test.ts` holds that. */
export default defineProject({
  test: {
    name: 'unit',
    include: ['test/unit/**/*.test.ts'],
    // A rendering's time counts what other threads of its process do, where Node.js knows no better.
    pool: 'forks',
    isolate: false,
    maxWorkers: 2,
    // Generated lives take seconds; ten times that on a busy machine.
    testTimeout: 60_000,
    sequence: { groupOrder: 0 },
  },
});
