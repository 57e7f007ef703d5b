import type { FastifyInstance } from 'fastify';
import { Type, type Static } from 'typebox';
import { eraseContact } from './erase.ts';
import { exportContact } from './export.ts';
import { bundleEvidence } from '../evidence/bundle.ts';
import { readPerson } from '../evidence/evidence.ts';
import { readAnswers } from '../../ledger/store.ts';
import { transaction } from '../../platform/db/transaction.ts';
import { limits } from '../../core/limits.ts';
import { id } from '../../core/message/message-schema.ts';
import { AppError } from '../../platform/errors.ts';
import type { AppContext } from '../../signals/app-context.ts';
import { pageQuery, sizeIn } from '../../platform/http/pages.ts';
import { recordTimeout, takeTurnsAnswering } from '../../platform/http/record-answers.ts';

/** A contact's records: its evidence, the full export, and its erasure (contract, "Contacts"). */
export function registerRecords(app: FastifyInstance, { db, workflows }: AppContext): void {
  const tags = ['Records'];
  const params = Type.Object({ contactId: id });
  type Params = { Params: { contactId: string } };

  const answer = takeTurnsAnswering();
  const evidenceQuery = Type.Object({ newest: pageQuery.limit }, { additionalProperties: false });

  /**
   * Questions, pages shown and answers, as a chain that was verified while it was read, with those of the ids that the
   * ledger says were merged into this one (`mergedFrom`); `intact` is the result, and `problems` lists the failures: `[{ seq, problem }]`, words as in src/features/evidence/read.ts. An entry without
   * `writtenAt` is from before entries were signed. `newest=50`: all is verified, and only so many entries are in the
   * answer, the contact's own first; `left`: how many are not. An answer that breaks off is not whole, and no JSON.
   */
  app.get<Params & { Querystring: Static<typeof evidenceQuery> }>(
    '/contacts/:contactId/evidence',
    { schema: { tags, params, querystring: evidenceQuery }, ...recordTimeout },
    async (request, reply) => {
      const ref = { practiceId: request.practiceId, contactId: request.params.contactId };
      const newest = sizeIn(request.query, 'newest');
      return answer(request, reply, async () => {
        const evidence = await readPerson(db, ref, newest);
        if (!evidence) throw new AppError('not_found');
        return evidence;
      });
    },
  );

  /**
   * The same for an auditor, who verifies it alone and offline (packages/verify-evidence): entries, their paths to
   * signed roots, and the public keys. 409 `evidence_altered`: it does not verify. 503 `evidence_key_replaced`: this
   * process still has the signing key of before. An answer that breaks off is not whole, and no JSON.
   */
  app.get<Params>(
    '/contacts/:contactId/evidence/bundle',
    { schema: { tags, params }, ...recordTimeout },
    async (request, reply) => {
      const ref = { practiceId: request.practiceId, contactId: request.params.contactId };
      return answer(request, reply, async () => {
        const bundle = await bundleEvidence(db, ref);
        if (bundle === 'none') throw new AppError('not_found');
        if (bundle === 'altered') throw new AppError('evidence_altered');
        if (bundle === 'key_replaced') throw new AppError('evidence_key_replaced');
        return bundle;
      });
    },
  );

  /**
   * The evidence in short, newest first, at most 100. Each `{ type, method?, at, via?, by?, reason?, doubt?, outcome?,
   * altered? }`; `outcome`: why an entry changed nothing; `altered`: it does not verify.
   */
  app.get<Params>(
    '/contacts/:contactId/answers',
    { schema: { tags, params } },
    async ({ practiceId, params: { contactId } }) => {
      const where = { practiceId, id: contactId, erasedAt: null };
      if ((await db.prisma.contact.count({ where })) === 0) throw new AppError('not_found');
      const entries = await readAnswers(db, { practiceId, contactId }, limits.answersShown);
      return {
        items: entries.map(({ fields: { via, by, reason, doubt, outcome }, at, ...entry }) => ({
          ...entry,
          at: at.toISOString(),
          ...(via === undefined ? {} : { via }),
          ...(by === undefined ? {} : { by }),
          ...(reason === undefined ? {} : { reason }),
          ...(doubt === undefined ? {} : { doubt }),
          ...(outcome === undefined ? {} : { outcome }),
        })),
      };
    },
  );

  /** Everything held about the person. An answer that breaks off is not whole, and no JSON. */
  app.get<Params>(
    '/contacts/:contactId/export',
    { schema: { tags, params }, ...recordTimeout },
    async (request, reply) => {
      const ref = { practiceId: request.practiceId, contactId: request.params.contactId };
      return answer(request, reply, async () => {
        const held = await exportContact(db, ref);
        if (!held) throw new AppError('not_found');
        return held;
      });
    },
  );

  /** Erases the person; ids, states, the ledger's chain and a stop of the address stay. 204; 409 while a call runs. */
  app.delete<Params>(
    '/contacts/:contactId',
    { schema: { tags, params } },
    async (request, reply) => {
      const ref = { practiceId: request.practiceId, contactId: request.params.contactId };
      const outcome = await transaction(db, (sql) => eraseContact(db, sql, ref));
      if (outcome === 'unknown') throw new AppError('not_found');
      if (outcome === 'busy')
        throw new AppError('message_claimed', undefined, { retryAfterSeconds: 2 });
      // Its workflow finds nobody and ends.
      await workflows.tell({ wake: [ref] });
      return reply.status(204).send();
    },
  );
}
