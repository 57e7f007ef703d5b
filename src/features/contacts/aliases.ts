import type { FastifyInstance } from 'fastify';
import { currentIds } from '../../record/contacts/alias-store.ts';
import type { Database } from '../../platform/db/database.ts';

/** Routes about one contact mean, under the id of one that was merged, the contact that it was merged into. */
export function registerAliases(app: FastifyInstance, db: Database): void {
  app.addHook('preHandler', async (request) => {
    const params = request.params as { contactId?: string } | null;
    if (params?.contactId === undefined) return;
    const [current] = await currentIds(db.prisma, request.practiceId, [params.contactId]);
    params.contactId = current!;
  });
}
