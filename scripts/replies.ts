// Reads the labelled corpus of replies (test/corpus) and prints how each verdict was read, and the misread replies.
//   npm run replies -- FILE         reads another file of the same form
//   npm run replies -- --keep       writes down the misread replies, for the test that notices every change
//   npm run replies -- --train      makes the weights of the last step from the corpus; half a minute
//   npm run replies -- --validate   prints which replies outside its training the last step holds
import {
  confusion,
  keepMisreadings,
  loadCorpus,
  misread,
  misreadings,
  readAll,
} from '../test/corpus/corpus.ts';
import { train, validate } from './train-likeness.ts';

const [argument] = process.argv.slice(2);
switch (argument) {
  case '--train':
    train();
    break;
  case '--validate':
    validate();
    break;
  default:
    print(argument === '--keep' ? undefined : argument, argument === '--keep');
}

function print(file: string | undefined, keep: boolean): void {
  const readings = readAll(loadCorpus(file));
  console.log(confusion(readings));
  const resembling = readings.filter(({ read }) => read.rule === 'resembles a stop');
  const labels = [...new Set(resembling.map(({ verdict }) => verdict))].toSorted();
  const counts = labels.map(
    (label) => `${resembling.filter(({ verdict }) => verdict === label).length} ${label}`,
  );
  console.log(`\nheld by the last step alone: ${counts.join(', ') || 'none'}`);
  console.log(`${readings.length} replies, ${misread(readings).length} misread`);
  for (const line of misreadings(readings).toSorted()) console.log(line);
  if (keep) keepMisreadings(readings);
}
