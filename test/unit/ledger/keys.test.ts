import { describe, expect, it } from 'vitest';
import {
  introducedKeys,
  introduceKey,
  isReplaced,
  signingKeyOf,
  trustedKeys,
} from '../../../src/core/ledger/keys.ts';

const key = (byte: number) => signingKeyOf(Buffer.alloc(32, byte));
const [first, second, third, stranger] = [key(1), key(2), key(3), key(66)];
const at = new Date('2026-11-29T00:00:00Z');
const records = [
  introduceKey(first, 1, undefined, at),
  introduceKey(second, 2, first, at),
  introduceKey(third, 3, second, at),
];
const ids = (...keys: { id: string }[]) => keys.map(({ id }) => id).toSorted();
const trusted = (...given: Parameters<typeof trustedKeys>) =>
  [...trustedKeys(...given).keys()].toSorted();

describe('the keys that sign roots', () => {
  it('are the same for the same encryption key, and others for another', () => {
    expect(key(1).publicKey).toBe(first.publicKey);
    expect(second.publicKey).not.toBe(first.publicKey);
  });

  it('are believed back to the first, from the newest alone', () => {
    expect(trusted([third], records)).toEqual(ids(first, second, third));
  });

  it('are believed forward where the environment’s first key vouched for the newer one', () => {
    expect(trusted([second, first], records)).toEqual(ids(first, second, third));
  });

  it('are not believed because a record lies among the others', () => {
    const put = introduceKey(stranger, 4, undefined, at);
    expect(trusted([third], [...records, put])).toEqual(ids(first, second, third));
    // Nor by naming one of ours as the one before, without its signature.
    const named = introduceKey(stranger, 4, { ...stranger, id: third.id }, at);
    expect(trusted([third], [...records, named])).toEqual(ids(first, second, third));
  });

  it('are not believed forward from an older key, which may have leaked', () => {
    const leaked = introduceKey(stranger, 4, first, at);
    expect(trusted([third, second, first], [...records, leaked])).toEqual(
      ids(first, second, third),
    );
    expect(trusted([third], [...records, leaked])).toEqual(ids(first, second, third));
  });

  it('are not believed when their record was changed', () => {
    const changed = records.map((record) =>
      record.number === 2
        ? { ...record, statement: record.statement.replace(first.id, stranger.id) }
        : record,
    );
    expect(trusted([third], changed)).toEqual(ids(third));
  });

  it('are replaced once the newer one took over with their signature, and not by anybody else’s word', () => {
    expect([first, second, third].map((one) => isReplaced([one], records))).toEqual([
      true,
      true,
      false,
    ]);
    expect(isReplaced([second, first], records)).toBe(true);
    const named = introduceKey(stranger, 4, { ...stranger, id: third.id }, at);
    const leaked = introduceKey(stranger, 4, first, at);
    expect(isReplaced([third, second, first], [...records, named, leaked])).toBe(false);
  });

  it('are introduced where both signatures of their record fit', () => {
    expect([...introducedKeys(records)].toSorted()).toEqual(ids(first, second, third));
    const changed = (change: object) =>
      records.map((record) => (record.number === 2 ? { ...record, ...change } : record));
    for (const change of [
      { signature: 'x' },
      { previousSignature: null },
      { previousSignature: records[2]!.signature },
      { statement: records[2]!.statement },
    ])
      expect(introducedKeys(changed(change)).has(second.id)).toBe(false);
  });
});
