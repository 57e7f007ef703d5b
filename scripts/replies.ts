// Reads the labelled corpus of replies (test/corpus) and prints how each verdict was read, and what was misread.
// `npm run replies -- FILE` reads another file of the same form; `npm run replies -- --keep` writes down what is misread,
// for the test that notices every change.
import {
  confusion,
  keepMisreadings,
  loadCorpus,
  misread,
  misreadings,
  readAll,
} from '../test/corpus/corpus.ts';

const [argument] = process.argv.slice(2);
const keep = argument === '--keep';
const readings = readAll(loadCorpus(keep ? undefined : argument));
console.log(confusion(readings));
console.log(`\n${readings.length} replies, ${misread(readings).length} misread`);
for (const line of misreadings(readings).toSorted()) console.log(line);
if (keep) keepMisreadings(readings);
