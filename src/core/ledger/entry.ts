import { createHash } from 'node:crypto';
import { leafHash } from './merkle.ts';

/**
 * The parts of a ledger entry.
 *   commitment = SHA-256(salt ‖ content)    content: the canonical text of everything that was said, personal values too
 *   hash       = SHA-256(0x00 ‖ header)     header: the clear columns, the commitment and the previous hash
 * The header names nobody, so it outlives an erasure, and with it type, method and times stay bound. The hash is at
 * once the link of the contact's chain and the entry's leaf in the day's Merkle tree.
 */
export type Header = {
  practiceId: string;
  contactId: string;
  /** From 1 on, without gaps. */
  seq: number;
  id: string;
  type: string;
  method: string | null;
  /** When it happened. */
  at: Date;
  /** When it was written here; the day's root that covers it goes by this. */
  writtenAt: Date;
  commitment: string;
  /** The hash of the entry before it; empty: the first of its chain. */
  previous: string;
};

export const genesis = '';

/** Stands as `previous` where the end of the chain could not be read: the chain never looks whole again. */
export const lostEnd = 'the end of the chain was lost';

export function headerText(header: Header): string {
  return JSON.stringify({
    kind: 'entry',
    practice: header.practiceId,
    contact: header.contactId,
    seq: header.seq,
    id: header.id,
    type: header.type,
    method: header.method,
    at: header.at.toISOString(),
    writtenAt: header.writtenAt.toISOString(),
    commitment: header.commitment,
    previous: header.previous,
  });
}

export function entryHash(header: Header): string {
  return leafHash(headerText(header));
}

/** An entry from before entries were signed: its hash covers no clear columns, so its leaf does. */
export type UnsignedEntry = Omit<Header, 'writtenAt' | 'previous'> & { hash: string };

export function unsignedText(entry: UnsignedEntry): string {
  return JSON.stringify({
    kind: 'unsigned_entry',
    practice: entry.practiceId,
    contact: entry.contactId,
    seq: entry.seq,
    id: entry.id,
    type: entry.type,
    method: entry.method,
    at: entry.at.toISOString(),
    commitment: entry.commitment,
    hash: entry.hash,
  });
}

/** How entries were linked before they were signed. */
export function unsignedHash(previous: string, commitment: string): string {
  return sha256(previous, commitment);
}

export function commitmentOf(salt: string, content: string): string {
  return sha256(salt, content);
}

export type Fields = Record<string, string | number | boolean | undefined>;
export type Content = Pick<Header, 'id' | 'type' | 'method' | 'at'> & { fields: Fields };

/** The clear columns are in it too, so that reading can compare them with the sealed ones. */
export function contentText({ id, type, method, at, fields }: Content): string {
  const said = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify({
    id,
    type,
    method,
    at: at.toISOString(),
    fields: Object.fromEntries(said),
  });
}

/** Undefined: the sealed content belongs to another entry than the columns beside it. */
export function fieldsOf(content: string, columns: Omit<Content, 'fields'>): Fields | undefined {
  const said = JSON.parse(content) as Record<string, unknown> & { fields: Fields };
  const fits =
    said['id'] === columns.id &&
    said['type'] === columns.type &&
    said['method'] === columns.method &&
    said['at'] === columns.at.toISOString();
  return fits ? said.fields : undefined;
}

function sha256(...parts: string[]): string {
  const hash = createHash('sha256');
  // The lengths are fixed or the text comes last, so joining cannot be ambiguous.
  for (const part of parts) hash.update(part);
  return hash.digest('base64url');
}
