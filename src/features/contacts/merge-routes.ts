import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { currentIds } from '../../record/contacts/alias-store.ts';
import { readContact } from '../../record/consent/contact-lock.ts';
import type { Sql } from '../../platform/db/database.ts';
import { mergeContacts, type MergeResult } from './merge.ts';
import { transaction } from '../../platform/db/transaction.ts';
import { id } from '../../core/message/message-schema.ts';
import { AppError } from '../../platform/errors.ts';
import { presentContact } from '../../record/contacts/contact-view.ts';
import type { AppContext } from '../../signals/app-context.ts';
import { invalid } from '../../platform/http/entries.ts';

type Params = { Params: { from: string }; Body: { into: string } };

/**
 * Two records of one person become one: queues join in order, per address the strictest state wins, the id of `from`
 * stays an alias of `into`. Answers with the status of `into`; once more changes nothing. 404 when `from` is not known,
 * 422 when `into` is not or is the same, 409 `message_claimed` while a call for `from` is under way.
 */
export function registerMerge(app: FastifyInstance, { db, workflows }: AppContext): void {
  const params = Type.Object({ from: id });
  const body = Type.Object({ into: id }, { additionalProperties: false });

  app.post<Params>(
    '/contacts/:from/merge',
    { schema: { tags: ['Contacts'], params, body } },
    async (request) => {
      const { practiceId } = request;
      const named = [request.params.from, request.body.into];
      if (named[0] === named[1]) throw refusal('is the contact itself');
      const [from, into] = (await currentIds(db.prisma, practiceId, named)) as [string, string];
      const { result, view } = await transaction(db, async (sql) => {
        const merged = from === into ? undefined : await merge(sql, practiceId, from, into);
        const contact = await readContact(sql, { practiceId, contactId: into });
        return { result: merged, view: contact && (await presentContact(db, sql, contact)) };
      });
      if (result) {
        await workflows.announce(result.announcements);
        // The one asks and sends for both from here on; the other finds out that it may end.
        await workflows.tell({
          wake: [into, from].map((contactId) => ({ practiceId, contactId })),
        });
      }
      return view;
    },
  );

  async function merge(
    sql: Sql,
    practiceId: string,
    from: string,
    into: string,
  ): Promise<MergeResult & { status: 'merged' }> {
    const result = await mergeContacts(db, sql, practiceId, from, into);
    switch (result.status) {
      case 'merged':
        return result;
      case 'busy':
        throw new AppError('message_claimed', undefined, { retryAfterSeconds: 2 });
      case 'unknown':
        throw new AppError('not_found', 'There is no such contact.');
      case 'into_unknown':
        throw refusal('is not known');
    }
  }
}

function refusal(message: string): AppError {
  return invalid([{ path: '/into', message }]);
}
