import type { Database } from '../db/database.ts';
import type { OutgoingEmail } from '../ports/sender.ts';

/** One provider call of email, frozen: a repeat under its key must be byte-identical. */

const batchContext = 'batches.payload';

export function sealBatch(db: Database, emails: readonly OutgoingEmail[]): string {
  return db.cipher.seal(JSON.stringify(emails), batchContext);
}

export function openBatch(db: Database, payloadEnc: string): OutgoingEmail[] {
  return JSON.parse(db.cipher.open(payloadEnc, batchContext)) as OutgoingEmail[];
}
