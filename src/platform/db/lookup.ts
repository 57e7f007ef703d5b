import { createHmac } from 'node:crypto';
import { hashToken } from './cipher.ts';

/**
 * Keyed hashes, to find rows by values that are stored only sealed. Without the keys nobody can test a guess.
 *
 * The keys are a chain: the first makes a hash, and each later one hashes it again. So the key can be replaced
 * (replace-lookup-key.ts) although the hashed values are often gone, such as the address of an erased person who said
 * stop. Each stored hash is hashed once more, and is useless to somebody with only the earlier keys.
 */
export type Lookup = {
  hash(kind: HashKind, value: string): string;
  /** How a token that was derived by {@link Lookup.hash} is stored: it opens for good, under each later key too. */
  tokenHash(token: string): string;
  /** Whether `today` is a hash that was `stored` under these keys, or under fewer of them. */
  isFollowedBy(stored: string, today: string): boolean;
  /** An id that comes out the same whatever keys were added. Of what names nobody: the first key alone yields it. */
  stableId(value: string): string;
};

/** A column of text; with `[]`, of an array of it. */
type Column = `${string}.${string}`;

/**
 * Everything that is hashed, and every column where such a hash is kept: one that is missing here would be lost with the
 * next key, and a STOP with it. test/db/lookup-columns.test.ts looks for columns that are not listed.
 */
export const hashColumns = {
  address: [
    'channels.address_hash',
    'deliveries.address_hash',
    'deliveries.earlier_addresses[]',
    'opt_in_requests.address_hash',
    'unsubscribe_links.address_hash',
    'preference_links.address_hash',
    'booking_sessions.address_hashes[]',
    'suppressions.address_hash',
    'refusals.address_hash',
    'reopenings.address_hash',
    'texted_from.address_hash',
    'inbound_messages.address_hash',
    'inbound_messages.receiver_hash',
    'code_requests.mailbox_hash',
    'questions.mailbox_hash',
  ],
  network: ['code_requests.network_hash'],
  name: ['contacts.name_words[]'],
  message: ['messages.content_hash'],
  // With a prefix that tells how the body was written down.
  body: ['idempotency_keys.body_hash'],
  code: ['booking_codes.code_hash'],
  // Tokens: what is kept is `tokenHash` of the hash.
  unsubscribe: ['unsubscribe_links.token_hash'],
  preferences: ['preference_links.token_hash'],
  // A key of the process: nothing is kept.
  'console csrf': [],
} as const satisfies Record<string, readonly Column[]>;

type HashKind = keyof typeof hashColumns;

/** `keys`: in the order in which they were added. */
export function createLookup(keys: readonly Buffer[]): Lookup {
  const [first, ...later] = keys;
  if (!first) throw new Error('at least one look-up key is needed');
  const follow = (hash: string): string => later.reduce((h, key) => keyed(key, h), hash);
  return {
    hash: (kind, value) => follow(keyed(first, `${kind}:${value}`)),
    tokenHash: (token) => follow(hashToken(token)),
    isFollowedBy: (stored, today) =>
      [...later.keys(), later.length].some(
        (from) => later.slice(from).reduce((h, key) => keyed(key, h), stored) === today,
      ),
    stableId: (value) => keyed(first, value),
  };
}

const storedHash = /^(\d+:)?([A-Za-z0-9_-]{43})$/;

/** What becomes of a stored hash once `key` is the newest. Undefined: it is no hash. */
export function followingHash(key: Buffer, stored: string): string | undefined {
  const [, prefix = '', hash] = storedHash.exec(stored) ?? [];
  return hash === undefined ? undefined : `${prefix}${keyed(key, hash)}`;
}

function keyed(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}
