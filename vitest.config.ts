import { defineConfig } from 'vitest/config';

const common = {
  testTimeout: 60_000,
  hookTimeout: 120_000,
  pool: 'forks',
  // The SDK loads the data converter by path, as TypeScript.
  execArgv: ['--import', 'tsx'],
} as const;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...common,
          name: 'parts',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**'],
          // Real servers are started once; files share them, each with a database and a task queue of its own.
          globalSetup: ['test/harness/global-setup.ts'],
          // Two cores: more files at once only make each other wait.
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...common,
          name: 'whole',
          include: ['test/e2e/**/*.test.ts'],
          // Services of several processes, one after the other, with the machine to themselves.
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
