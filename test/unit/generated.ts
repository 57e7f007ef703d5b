/**
 * How many generated cases a property tries: all of them in `npm test`; a fifth in `npm run test:unit`, which is run
 * after every change and must not be waited for.
 */
export function cases(all: number): { numRuns: number } {
  return { numRuns: process.env.OPTGATE_TEST_CASES === 'few' ? Math.ceil(all / 5) : all };
}
