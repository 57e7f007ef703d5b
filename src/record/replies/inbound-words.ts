import type { Database } from '../../platform/db/database.ts';
import type { InboundMessage } from '../../platform/db/generated/client.ts';
import { placeOf } from '../../platform/db/sealed-columns.ts';

/**
 * A person's words, their number, and the member of staff who settled them: sealed, and opened only to be read or
 * shown.
 */

type Row = Pick<InboundMessage, 'practiceId' | 'id'>;

export function sealReply(
  db: Database,
  { practiceId, id }: Row,
  said: { from: string; text: string },
) {
  return {
    fromEnc: db.cipher.seal(said.from, placeOf('inbound_messages.from', practiceId, id)),
    textEnc: db.cipher.seal(said.text, placeOf('inbound_messages.text', practiceId, id)),
  };
}

/** From which number or mailbox, and the words. */
export function openReply(
  db: Database,
  { practiceId, id, fromEnc, textEnc }: Row & Pick<InboundMessage, 'fromEnc' | 'textEnc'>,
): { from: string; text: string } {
  return {
    from: db.cipher.open(fromEnc, placeOf('inbound_messages.from', practiceId, id)),
    text: db.cipher.open(textEnc, placeOf('inbound_messages.text', practiceId, id)),
  };
}

/** The member of staff who settled it; undefined: unsettled, or not settled by staff. */
export function openResolver(
  db: Database,
  { practiceId, id, resolvedByEnc }: InboundMessage,
): string | undefined {
  if (resolvedByEnc === null) return undefined;
  return db.cipher.open(resolvedByEnc, placeOf('inbound_messages.resolved_by', practiceId, id));
}

export function sealResolver(db: Database, { practiceId, id }: Row, by: string): string {
  return db.cipher.seal(by, placeOf('inbound_messages.resolved_by', practiceId, id));
}
