import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLookup, followingHash } from '../../src/platform/db/lookup.ts';
import { openLookupKeys, sealLookupKeys } from '../../src/platform/db/lookup-keys.ts';
import { createCipher } from '../../src/platform/db/cipher.ts';
import { listedColumns, textColumns } from '../harness/hashes.ts';
import { startStack, type Stack } from '../harness/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ worker: false });
});
afterAll(() => stack.stop());

/** Columns by whose name one could think that they hold a keyed hash, and do not. */
const others = {
  'of a random token': [
    'api_keys.key_hash',
    'booking_sessions.token_hash',
    'console_sessions.token_hash',
    'deliveries.callback_hash',
    'message_links.token_hash',
    'opt_in_requests.token_hash',
  ],
  'of an encryption key': ['encryption_keys.fingerprint'],
  'of the evidence': ['ledger.commitment', 'ledger.hash'],
  'of a sealed payload': ['unbound_signals.seal'],
};

describe('every column that holds a keyed hash', () => {
  it('is listed: a new one by the name of a hash has to be said what it is', async () => {
    const columns = await textColumns(stack.db);
    const named = columns.filter((name) =>
      /hash|digest|hmac|fingerprint|words|addresses|commitment|seal$/.test(name),
    );
    expect(named).toEqual([...listedColumns, ...Object.values(others).flat()].toSorted());
    expect(new Set(listedColumns).size).toBe(listedColumns.length);
  });
});

const [one, two, three] = [1, 2, 3].map((n) => Buffer.alloc(32, n)) as [Buffer, Buffer, Buffer];

describe('a chain of keys', () => {
  it('hashes as what is stored was hashed once more with each key', () => {
    const [first, both, all] = [[one], [one, two], [one, two, three]].map((keys) =>
      createLookup(keys),
    );
    const hash = first!.hash('address', 'a@example.com');
    expect(followingHash(two, hash)).toBe(both!.hash('address', 'a@example.com'));
    expect(followingHash(three, followingHash(two, hash)!)).toBe(
      all!.hash('address', 'a@example.com'),
    );
    expect(followingHash(two, `2:${hash}`)).toBe(`2:${followingHash(two, hash)}`);
    expect(followingHash(two, first!.tokenHash('token'))).toBe(both!.tokenHash('token'));
    expect(all!.stableId('call')).toBe(first!.stableId('call'));
    const today = all!.hash('address', 'a@example.com');
    for (const stored of [hash, both!.hash('address', 'a@example.com'), today])
      expect(all!.isFollowedBy(stored, today)).toBe(true);
    expect(all!.isFollowedBy(first!.hash('address', 'b@example.com'), today)).toBe(false);
    expect(first!.isFollowedBy(today, hash)).toBe(false);
    for (const value of ['', 'x', `${hash}x`, `x:${hash}`, hash.slice(1)])
      expect(followingHash(two, value)).toBeUndefined();
  });

  it('gives other hashes to each kind and to each chain', () => {
    const lookups = [[one], [two], [one, two], [two, one], [one, two, three]].map((keys) =>
      createLookup(keys),
    );
    const hashes = lookups.flatMap((lookup) => [
      lookup.hash('address', 'a'),
      lookup.hash('network', 'a'),
    ]);
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('is stored as a whole, or not opened', () => {
    const cipher = createCipher([{ id: 'k', key: one }]);
    const stored = sealLookupKeys([one, two, three], cipher);
    expect(openLookupKeys(stored.toReversed(), cipher)).toEqual([one, two, three]);
    const [mark, ...keys] = stored;
    // What a release that knows one key reads, which must not find a key there.
    expect(mark).toEqual({ name: 'lookup', valueEnc: '' });
    const former = cipher.seal(one.toString('base64'), {
      column: 'secrets.lookup',
      row: ['lookup'],
    });
    const single = { name: 'lookup', valueEnc: former };
    expect(openLookupKeys([single], cipher)).toEqual([one]);
    for (const broken of [
      [],
      [mark!],
      keys,
      [mark!, keys[0]!, keys[2]!],
      [mark!, { ...keys[0]!, name: 'lookup.2' }, { ...keys[1]!, name: 'lookup.1' }],
      [single, ...keys],
    ])
      expect(() => openLookupKeys(broken, cipher)).toThrow(
        /look-up keys|secrets\.lookup does not open/,
      );
  });
});
