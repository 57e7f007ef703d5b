import type { Database, Sql } from '../db/database.ts';
import { placeOf, type Place } from '../db/sealed-columns.ts';

/**
 * The answers that are given again to a repeated call. An answer is kept for as long as the contacts it speaks of:
 * which they are is written down beside it, and with the first of them that is erased the answer goes. One that names
 * no contact could not go with anybody: unless it is known to hold nothing of a person, only its status is kept. The
 * row stays for its day in any case, so that the repeat is not taken for a new call.
 */

export type KeyOfCall = { practiceId: string; scope: string; key: string };

export type KeptCall = {
  bodyHash: string;
  /**
   * `running`: no answer yet. `erased`: it spoke of a contact that was erased since. Without a body: only the status was
   * kept. `named`: the contacts that the answer goes with are written down.
   */
  answer: 'running' | 'erased' | { status: number; body?: string; named: boolean };
};

/** The column's default. */
const notWrittenDown = '*';

function placeOfAnswer({ practiceId, scope, key }: KeyOfCall): Place {
  return placeOf('idempotency_keys.answer', practiceId, scope, key);
}

/** False: the key is taken. */
export async function holdKey(
  db: Database,
  call: KeyOfCall,
  bodyHash: string,
  freeBefore: { answered: Date; running: Date },
): Promise<boolean> {
  await db.prisma.idempotencyKey.deleteMany({
    where: {
      ...call,
      OR: [
        { createdAt: { lt: freeBefore.answered } },
        { status: null, createdAt: { lt: freeBefore.running } },
      ],
    },
  });
  const { count } = await db.prisma.idempotencyKey.createMany({
    data: [{ ...call, bodyHash, createdAt: db.clock.now() }],
    skipDuplicates: true,
  });
  return count === 1;
}

/** Undefined: it was freed meanwhile. */
export async function readCall(db: Database, call: KeyOfCall): Promise<KeptCall | undefined> {
  const { practiceId, scope, key } = call;
  const [row] = await db.prisma.$queryRaw<
    {
      body_hash: string;
      status: number | null;
      answer_enc: string | null;
      named: boolean;
      erased: boolean;
    }[]
  >`
    SELECT k.body_hash, k.status, k.answer_enc, cardinality(k.contact_ids) > 0 AS named, EXISTS (
      SELECT 1 FROM contacts c WHERE c.practice_id = k.practice_id AND c.id = ANY(k.contact_ids)
        AND c.erased_at >= k.created_at) AS erased
    FROM idempotency_keys k
    WHERE k.practice_id = ${practiceId} AND k.scope = ${scope} AND k.key = ${key}`;
  if (!row) return undefined;
  const { body_hash: bodyHash, status, answer_enc: answerEnc, named, erased } = row;
  if (status === null) return { bodyHash, answer: 'running' };
  if (erased || (answerEnc === null && named)) return { bodyHash, answer: 'erased' };
  if (answerEnc === null) return { bodyHash, answer: { status, named } };
  const body = db.cipher.open(answerEnc, placeOfAnswer(call));
  return { bodyHash, answer: { status, body, named } };
}

/** The call was not answered for good: it may be made again. */
export async function freeKey(db: Database, call: KeyOfCall): Promise<void> {
  await db.prisma.idempotencyKey.deleteMany({ where: call });
}

/**
 * `impersonal`: it holds nothing of a person, and is kept also where it names no contact. `said`: every text in the call
 * and in its answer that may be an id. Those that are contact ids name the contacts the answer is about, in whatever
 * field they are: a new route needs no code for this.
 */
export async function keepAnswer(
  db: Database,
  call: KeyOfCall,
  answer: { status: number; body: string; impersonal: boolean },
  said: readonly string[],
): Promise<void> {
  const { practiceId, scope, key } = call;
  const sealed = db.cipher.seal(answer.body, placeOfAnswer(call));
  await db.prisma.$executeRaw`
    UPDATE idempotency_keys SET status = ${answer.status}, contact_ids = named.ids,
      answer_enc = CASE WHEN ${answer.impersonal} OR cardinality(named.ids) > 0 THEN ${sealed} END
    FROM (SELECT ARRAY(SELECT c.id FROM contacts c
        WHERE c.practice_id = ${practiceId} AND c.id = ANY(${[...said]}::text[])) AS ids) named
    WHERE practice_id = ${practiceId} AND scope = ${scope} AND key = ${key}`;
}

/**
 * Forgets answers about contacts erased at `at`, also those whose contacts a process of the previous version did not
 * record.
 */
export async function forgetAnswers(
  sql: Sql,
  practiceId: string,
  contactIds: readonly string[],
  at: Date,
): Promise<void> {
  await sql.$executeRaw`
    UPDATE idempotency_keys SET answer_enc = NULL, body_hash = ''
    WHERE practice_id = ${practiceId} AND contact_ids && ${[...contactIds, notWrittenDown]}::text[]
      AND created_at <= ${at} AND answer_enc IS NOT NULL`;
}
