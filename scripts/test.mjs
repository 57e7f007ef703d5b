// Runs every test and closes with the one line that programs read: `N passed, N failed[, N skipped]`.
import { startVitest } from 'vitest/node';

const vitest = await startVitest('test', process.argv.slice(2), { watch: false, run: true });
await vitest.close();

const count = { passed: 0, failed: 0, skipped: 0 };
for (const module of vitest.state.getTestModules())
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    count[state === 'pending' ? 'skipped' : state] += 1;
  }
// Failures outside a test (a file that does not load, a leaked rejection) count as well.
const outside =
  vitest.state.getUnhandledErrors().length +
  vitest.state
    .getTestModules()
    .filter(
      (module) =>
        module.errors().length > 0 || (module.state() === 'failed' && module.children.size === 0),
    ).length;
count.failed += outside;

const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : '';
console.log(`${count.passed} passed, ${count.failed} failed${skipped}`);
process.exit(count.failed === 0 && count.passed > 0 ? 0 : 1);
