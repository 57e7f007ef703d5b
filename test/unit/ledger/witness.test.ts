import { expect, it } from 'vitest';
import { rootText } from '../../../src/core/ledger/root.ts';
import {
  addLine,
  emptyWitness,
  lastWitnessed,
  type Witness,
} from '../../../src/core/ledger/witness.ts';

const signed = (statement: string) => ({ statement, key: 'k', signature: 's' });
const signedAt = '2026-11-30T10:00:00.000Z';
const root = (practice: string, number: number) => ({
  root: signed(
    rootText({
      kind: 'day',
      practice,
      number,
      through: '2026-11-29',
      entries: 1,
      total: number,
      tree: 't',
      previous: 'p',
      signedAt,
    }),
  ),
});
const soFar = (practice: string, entries: number) => ({
  soFar: signed(
    JSON.stringify({ kind: 'so_far', practice, until: signedAt, entries, tree: 't', signedAt }),
  ),
});

function read(lines: object[], keep: 'all' | 'newest'): Witness {
  const witness = emptyWitness();
  for (const [n, line] of lines.entries()) addLine(witness, JSON.stringify(line), n + 1, keep);
  return witness;
}

it('to append needs the newest of each practice, however long the file is', () => {
  const lines = ['one', 'two'].flatMap((practice) =>
    Array.from({ length: 50 }, (_, n) => [root(practice, n + 1), soFar(practice, n)]).flat(),
  );
  // Two processes that append at once may write a root twice, and out of order.
  const all = [...lines, root('one', 7)];
  const newest = read(all, 'newest');
  for (const practice of ['one', 'two']) {
    expect(newest.roots.get(practice)).toHaveLength(1);
    expect(newest.soFar.get(practice)?.map(({ said }) => said.entries)).toEqual([49]);
    expect(lastWitnessed(newest, practice)).toEqual(lastWitnessed(read(all, 'all'), practice));
    expect(lastWitnessed(newest, practice)?.number).toBe(50);
  }
});
