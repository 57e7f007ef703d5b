import { mergeConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import unit from './vitest.unit.config.ts';

/** The first test that fails ends the run of a mutant: what reads thousands of replies is asked last. */
class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isSlow = ({ moduleId }: TestSpecification): boolean =>
      /\/(corpus|likeness)\.test\.ts$/.test(moduleId);
    return files.toSorted((a, b) => Number(isSlow(a)) - Number(isSlow(b)));
  }
}

/** For `npm run mutation` (docs/testing.md). */
export default mergeConfig(unit, {
  test: { sequence: { sequencer: QuickFirst } },
});
