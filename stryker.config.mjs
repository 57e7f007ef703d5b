/**
 * Changes the rules one small piece at a time and looks whether the unit tests notice (docs/testing.md).
 * `npm run mutation`, or `npm run mutation -- -m src/core/consent/gate.ts` for one file.
 */
export default {
  mutate: [
    'src/core/consent/{consent,doubt}*.ts',
    'src/core/answer-pace.ts',
    'src/core/consent/gate.ts',
    'src/core/quiet-hours.ts',
    'src/core/message/message.ts',
    'src/core/reputation.ts',
    'src/core/opt-in-throttle.ts',
    'src/core/limits.ts',
    'src/features/replies/**/*.ts',
  ],
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutation.config.ts' },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  // It would rewrite it with the compiler's old interface, which TypeScript 7 does not have. Nothing needs rewriting.
  tsconfigFile: 'left-as-it-is.json',
  disableTypeChecks: false,
  ignorePatterns: [
    'packages',
    'docs',
    '.optgate',
    // The rules are proven by their own tests; the architecture's would find sources longer than anybody wrote them.
    'test/unit/{architecture.test.ts,embedded,providers,sandbox,soak,templates,views}',
    // Each of a thousand changes would live ten thousand lives. So the score is that of the plain examples alone.
    'test/unit/**/*.properties.test.ts',
  ],
  reporters: ['clear-text', 'json'],
  clearTextReporter: { allowColor: false, allowEmojis: false, logTests: false },
  jsonReporter: { fileName: 'coverage/mutation.json' },
  thresholds: { high: 95, low: 90, break: 90 },
};
