import { ifReadable } from '../../platform/db/cipher.ts';
import type { Database } from '../../platform/db/database.ts';
import type {
  MessageLink,
  OptInRequest,
  PreferenceLink,
} from '../../platform/db/generated/client.ts';
import { placeOf, type Place } from '../../platform/db/sealed-columns.ts';

/**
 * A link's row says which contact may use it and for what, and its token is found by a plain hash: anybody who can write
 * to the database could write both. So what makes the row worth something is sealed beside it with a key that the database does
 * not hold, and compared each time that a link is followed or a reply is matched. A row that does not fit its seal is no
 * row at all, and is counted (`optgate_values_unreadable_total`).
 *
 * The time of expiry, and whether a request is closed, are not in it: they are changed by the service itself.
 */
type Sealed = {
  place: Place;
  words: readonly (string | number | null)[];
  /** Keyed hashes: they follow the look-up key (lookup.ts), and the seal keeps them as they were. */
  hashes: readonly string[];
};

function requestSeal(
  row: Pick<
    OptInRequest,
    | 'practiceId'
    | 'deliveryId'
    | 'tokenHash'
    | 'contactId'
    | 'method'
    | 'epoch'
    | 'sender'
    | 'code'
    | 'addressHash'
  >,
): Sealed {
  const { practiceId, deliveryId, tokenHash, contactId, method, epoch, sender, code } = row;
  return {
    place: placeOf('opt_in_requests.token', practiceId, deliveryId),
    words: [tokenHash, contactId, method, epoch, sender, code],
    hashes: [row.addressHash],
  };
}

function messageLinkSeal(
  row: Pick<
    MessageLink,
    'practiceId' | 'deliveryId' | 'tokenHash' | 'contactId' | 'messageId' | 'epoch'
  >,
): Sealed {
  const { practiceId, deliveryId, tokenHash, contactId, messageId, epoch } = row;
  return {
    place: placeOf('message_links.token', practiceId, deliveryId),
    words: [tokenHash, contactId, messageId, epoch],
    hashes: [],
  };
}

function preferenceLinkSeal(
  row: Pick<PreferenceLink, 'practiceId' | 'tokenHash' | 'contactId' | 'method' | 'addressHash'>,
): Sealed {
  const { practiceId, tokenHash, contactId, method, addressHash } = row;
  return {
    place: placeOf('preference_links.token', practiceId, method),
    words: [contactId],
    hashes: [tokenHash, addressHash],
  };
}

function seal(db: Database, { place, words, hashes }: Sealed): string {
  return db.cipher.seal(JSON.stringify({ words, hashes }), place);
}

function fits(db: Database, sealed: string | null, { place, words, hashes }: Sealed): boolean {
  const opened = sealed === null ? undefined : ifReadable(() => db.cipher.open(sealed, place));
  const kept =
    opened === undefined ? undefined : (JSON.parse(opened) as Pick<Sealed, 'words' | 'hashes'>);
  const same =
    kept !== undefined &&
    JSON.stringify(kept.words) === JSON.stringify(words) &&
    kept.hashes.length === hashes.length &&
    kept.hashes.every((hash, at) => db.lookup.isFollowedBy(hash, hashes[at]!));
  // One that does not open has been counted.
  if (!same && (sealed === null || opened !== undefined)) db.cipher.countMisfit(place);
  return same;
}

export const sealRequest = (db: Database, row: Parameters<typeof requestSeal>[0]): string =>
  seal(db, requestSeal(row));
export const fitsRequest = (db: Database, row: OptInRequest): boolean =>
  fits(db, row.tokenEnc, requestSeal(row));

export const sealMessageLink = (db: Database, row: Parameters<typeof messageLinkSeal>[0]): string =>
  seal(db, messageLinkSeal(row));
export const fitsMessageLink = (db: Database, row: MessageLink): boolean =>
  fits(db, row.tokenEnc, messageLinkSeal(row));

export const sealPreferenceLink = (
  db: Database,
  row: Parameters<typeof preferenceLinkSeal>[0],
): string => seal(db, preferenceLinkSeal(row));
export const fitsPreferenceLink = (db: Database, row: PreferenceLink): boolean =>
  fits(db, row.tokenEnc, preferenceLinkSeal(row));
