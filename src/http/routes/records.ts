import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { aliasesOf } from '../../db/alias-store.ts';
import { eraseContact } from '../../db/erase.ts';
import { exportContact } from '../../db/export.ts';
import { bundleEvidence } from '../../db/ledger-bundle.ts';
import { readEvidence } from '../../db/ledger-read.ts';
import { readAnswers } from '../../db/ledger-store.ts';
import { limits } from '../../domain/limits.ts';
import { id } from '../../domain/message-schema.ts';
import { AppError } from '../../errors.ts';
import type { AppContext } from '../context.ts';

/** What is kept about a contact: its evidence, all of it, and its erasure (contract, "Contacts"). */
export function registerRecords(app: FastifyInstance, { db, workflows }: AppContext): void {
  const tags = ['Records'];
  const params = Type.Object({ contactId: id });
  type Params = { Params: { contactId: string } };

  /**
   * What was asked, shown and answered, as a chain that was verified while it was read; `intact` says how that went, and
   * `problems` what does not fit: `[{ seq, problem }]`, words as in src/db/ledger-read.ts. An entry without `writtenAt` is
   * from before entries were signed.
   */
  app.get<Params>(
    '/contacts/:contactId/evidence',
    { schema: { tags, params } },
    async (request) => {
      const ref = { practiceId: request.practiceId, contactId: request.params.contactId };
      const where = { practiceId: ref.practiceId, id: ref.contactId };
      if ((await db.prisma.contact.count({ where })) === 0) throw new AppError('not_found');
      const { entries, problems } = await readEvidence(db, ref);
      const mergedFrom = await Promise.all(
        (await aliasesOf(db.prisma, ref)).map(async (contactId) => ({
          contactId,
          ...(await readEvidence(db, { ...ref, contactId })),
        })),
      );
      return {
        items: entries,
        intact: [{ problems }, ...mergedFrom].every((chain) => chain.problems.length === 0),
        problems,
        ...(mergedFrom.length === 0
          ? {}
          : { mergedFrom: mergedFrom.map(({ entries: items, ...rest }) => ({ ...rest, items })) }),
      };
    },
  );

  /**
   * The same for an auditor, who verifies it alone and offline (packages/verify-evidence): entries, their way to signed
   * roots, and the public keys. 409 `evidence_altered`: it does not verify.
   */
  app.get<Params>(
    '/contacts/:contactId/evidence/bundle',
    { schema: { tags, params } },
    async ({ practiceId, params: { contactId } }) => {
      const bundle = await bundleEvidence(db, { practiceId, contactId });
      if (bundle === 'none') throw new AppError('not_found');
      if (bundle === 'altered') throw new AppError('evidence_altered');
      return bundle;
    },
  );

  /**
   * Who said what, and when: the evidence in short, newest first, at most 100. Each
   * `{ type, method?, at, via?, by?, reason?, doubt?, outcome?, altered? }`; `outcome`: why an entry changed nothing;
   * `altered`: it does not verify.
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

  app.get<Params>('/contacts/:contactId/export', { schema: { tags, params } }, async (request) => {
    const ref = { practiceId: request.practiceId, contactId: request.params.contactId };
    const held = await exportContact(db, ref);
    if (!held) throw new AppError('not_found');
    return held;
  });

  /** Erases the person; ids, states, the ledger's chain and a stop of the address stay. 204; 409 while a call runs. */
  app.delete<Params>(
    '/contacts/:contactId',
    { schema: { tags, params } },
    async (request, reply) => {
      const ref = { practiceId: request.practiceId, contactId: request.params.contactId };
      const outcome = await db.prisma.$transaction((sql) => eraseContact(db, sql, ref));
      if (outcome === 'unknown') throw new AppError('not_found');
      if (outcome === 'busy')
        throw new AppError('message_claimed', undefined, { retryAfterSeconds: 2 });
      // Its workflow finds nobody and ends.
      await workflows.tell({ wake: [ref] });
      return reply.status(204).send();
    },
  );
}
