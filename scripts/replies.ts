// Reads the labelled corpus of replies (test/corpus) and prints how each verdict was read, and what was misread.
// `npm run replies -- FILE` reads another file of the same form.
import { confusion, loadCorpus, misread, readAll } from '../test/corpus/corpus.ts';

const [file] = process.argv.slice(2);
const readings = readAll(loadCorpus(file));
console.log(confusion(readings));
const wrong = misread(readings);
console.log(`\n${readings.length} replies, ${wrong.length} misread`);
for (const { verdict, kind, read, text } of wrong.toSorted((a, b) =>
  a.verdict + a.read.kind < b.verdict + b.read.kind ? -1 : 1,
))
  console.log(`${verdict} → ${read.kind} (${read.rule})\t[${kind}] ${JSON.stringify(text)}`);
