import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Real servers are started once; files share them, each with a database and a task queue of its own.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    globalSetup: ['test/harness/global-setup.ts'],
    pool: 'forks',
    // Two cores: more files at once only make each other wait.
    maxWorkers: 2,
    // The SDK loads the data converter by path, as TypeScript.
    execArgv: ['--import', 'tsx'],
  },
});
