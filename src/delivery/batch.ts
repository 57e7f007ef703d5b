import type { Database } from '../platform/db/database.ts';
import type { Batch } from '../platform/db/generated/client.ts';
import { placeOf, type Place } from '../platform/db/sealed-columns.ts';
import type { OutgoingEmail } from '../channels/sender.ts';

/** One provider call of email, frozen: a repeat under its key must be byte-identical. */

type Row = Pick<Batch, 'practiceId' | 'id'>;

function placeOfPayload({ practiceId, id }: Row): Place {
  return placeOf('batches.payload', practiceId, id);
}

export function sealBatch(db: Database, row: Row, emails: readonly OutgoingEmail[]): string {
  return db.cipher.seal(JSON.stringify(emails), placeOfPayload(row));
}

export function openBatch(db: Database, batch: Row & Pick<Batch, 'payloadEnc'>): OutgoingEmail[] {
  return JSON.parse(db.cipher.open(batch.payloadEnc, placeOfPayload(batch))) as OutgoingEmail[];
}
