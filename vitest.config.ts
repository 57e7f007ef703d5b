import { defineConfig } from 'vitest/config';

const common = {
  // These only end what hangs: the same test takes ten times as long beside another on a busy machine.
  testTimeout: 200_000,
  hookTimeout: 120_000,
  pool: 'forks',
  // The SDK loads the data converter by path, as TypeScript.
  execArgv: ['--import', 'tsx'],
} as const;

const wholeServices = ['test/e2e/**/*.test.ts', 'test/embedded/start.test.ts'];

export default defineConfig({
  test: {
    projects: [
      './vitest.unit.config.ts',
      {
        test: {
          ...common,
          name: 'parts',
          include: ['test/**/*.test.ts'],
          exclude: ['test/unit/**', ...wholeServices],
          // Real servers are started once; files share them, each with a database and a task queue of its own.
          globalSetup: ['test/harness/global-setup.ts'],
          // Two cores: more files at once only make each other wait.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...common,
          name: 'whole',
          include: wholeServices,
          // Services of several processes, one after the other, with the machine to themselves.
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
