import fc from 'fast-check';
import { expect, it } from 'vitest';
import { loadCorpus, readAll } from '../../../corpus/corpus.ts';
import { readReply } from '../../../../src/features/replies/read-reply.ts';
import { cases } from '../../generated.ts';

/** Verdicts that nobody looks at. */
const unseen = ['automatic', 'reaction'];

const asks = [
  'STOP',
  'END',
  'please stop',
  'stop texting me',
  'Remove me',
  'UNSUBSCRIBE!!',
  'take me off your list',
  'do not text me',
  'no more texts',
  'leave me alone',
  'alto',
  'no me manden mensajes',
  'arrêtez',
  '停止',
];
const doubts = [
  'Wrong number',
  'wrong person',
  'She died',
  'I blocked you',
  'not interested',
  'número equivocado',
  'No thanks',
];

/** Loaded by the first test that asks. */
const machines = (): string[] =>
  readAll(loadCorpus())
    .filter(({ verdict, read, text }) => {
      const isWhole = (text.match(/["“”«»]/g) ?? []).length % 2 === 0;
      return isWhole && unseen.includes(verdict) && read.kind === verdict;
    })
    .map(({ text }) => text);

it('nobody’s words are overlooked beside a machine’s or a reaction', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...machines()),
      fc.constantFrom(...asks, ...doubts),
      fc.constantFrom('. ', '\n', '\n\n'),
      fc.boolean(),
      (machine, words, between, isFirst) => {
        const text = isFirst ? `${words}${between}${machine}` : `${machine}${between}${words}`;
        const { kind } = readReply({ text });
        expect({ text, isSeen: !unseen.includes(kind) }).toEqual({ text, isSeen: true });
        if (asks.includes(words)) expect(['stop', 'doubtful_stop']).toContain(kind);
      },
    ),
    { ...cases(2_000), seed: 7 },
  );
});
