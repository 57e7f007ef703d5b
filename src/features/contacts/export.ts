import type { ContactRef } from '../../core/ids.ts';
import { limits } from '../../core/limits.ts';
import type { MessagePlace } from '../../core/message/message.ts';
import { partsWithin } from '../../core/within-bytes.ts';
import { ifReadable } from '../../platform/db/cipher.ts';
import { readContact } from '../../record/consent/contact-lock.ts';
import { openDetails } from '../../record/contacts/contact-store.ts';
import type { Database } from '../../platform/db/database.ts';
import { openReply } from '../../record/replies/inbound-words.ts';
import { listPieces } from '../../platform/db/json-pieces.ts';
import { readEntries } from '../evidence/evidence.ts';
import { listMessages } from '../../record/messages/message-list.ts';
import { openContent } from '../../record/messages/message-words.ts';
import { viewMessages } from '../../record/messages/message-view.ts';
import { togetherOf } from '../../platform/db/opened-together.ts';
import { shownWith } from '../../record/links/opt-in-request.ts';
import { inThisScope } from '../../platform/db/practice-scope.ts';
import { summarise } from '../../record/messages/status-store.ts';

/**
 * Everything held about a contact, for the person who asks (45 CFR 164.524), as the pieces of one JSON object: a
 * contact may have more messages than fit into memory, so they are read page by page, while the answer is under way.
 * What cannot be opened is `unreadable: true`, and keeps nobody from the rest. Undefined: nothing is held.
 */
export async function exportContact(
  db: Database,
  ref: ContactRef,
): Promise<AsyncIterable<string> | undefined> {
  const contact = await readContact(db.prisma, ref);
  if (!contact || contact.gone) return undefined;
  const head = {
    exportedAt: db.clock.now().toISOString(),
    status: await summarise(db.prisma, contact),
    contact: openDetails(db, contact) ?? null,
    declinedKinds: contact.consent.declinedKinds,
  };
  return inThisScope(async function* pieces() {
    yield `${JSON.stringify(head).slice(0, -1)},`;
    yield* listPieces('messages', messagesOf(db, ref));
    yield ',';
    yield* listPieces('replies', repliesOf(db, ref));
    yield ',';
    yield* listPieces('optIns', optInsOf(db, ref));
    yield ',';
    yield* listPieces('evidence', readEntries(db, ref));
    yield '}';
  });
}

/** In the order in which they leave. */
async function* messagesOf(db: Database, { practiceId, contactId }: ContactRef) {
  let after: MessagePlace | undefined;
  do {
    const { messages, next } = await listMessages(
      db.prisma,
      practiceId,
      { contactId },
      'queue',
      after,
      limits.pageDefault,
      db.clock.now(),
    );
    const views = await viewMessages(db, db.prisma, practiceId, messages, db.clock.now());
    const viewOf = new Map(views.map((view) => [view.id, view]));
    for (const together of partsWithin(messages, ({ size }) => size)) {
      const sealed = await db.prisma.message.findMany({
        where: { practiceId, id: { in: together.map(({ id }) => id) } },
        select: { practiceId: true, id: true, contentEnc: true },
      });
      const byId = new Map(sealed.map((row) => [row.id, row]));
      for (const { id } of together) {
        const view = viewOf.get(id);
        const row = byId.get(id);
        const content = row && ifReadable(() => openContent(db, row));
        yield content === undefined ? { ...view, unreadable: true } : { ...view, content };
      }
    }
    after = next;
  } while (after);
}

async function* repliesOf(db: Database, { practiceId, contactId }: ContactRef) {
  let last: { id: string; receivedAt: Date } | undefined;
  do {
    const page: { id: string; receivedAt: Date }[] = await db.prisma.inboundMessage.findMany({
      where: { practiceId, contactId, ...(last ? laterThan('receivedAt', last) : {}) },
      orderBy: [{ receivedAt: 'asc' }, { id: 'asc' }],
      take: limits.pageMax,
      select: { id: true, receivedAt: true },
    });
    for (const together of await togetherOf(db.prisma, 'inbound_messages', page)) {
      const rows = await db.prisma.inboundMessage.findMany({
        where: { practiceId, id: { in: together.map(({ id }) => id) } },
        orderBy: [{ receivedAt: 'asc' }, { id: 'asc' }],
      });
      for (const reply of rows)
        yield {
          method: reply.method,
          ...(ifReadable(() => openReply(db, reply)) ?? { unreadable: true }),
          meaning: reply.meaning,
          ...(reply.doubt === null ? {} : { doubt: reply.doubt }),
          ...(reply.answered === null ? {} : { answered: reply.answered }),
          ...(reply.unanswered === null ? {} : { unanswered: reply.unanswered }),
          ...(reply.resolvedAs === null ? {} : { resolvedAs: reply.resolvedAs }),
          receivedAt: reply.receivedAt.toISOString(),
        };
    }
    last = page.length === limits.pageMax ? page.at(-1) : undefined;
  } while (last);
}

async function* optInsOf(db: Database, { practiceId, contactId }: ContactRef) {
  let last: { id: string; createdAt: Date } | undefined;
  do {
    const page: { id: string; createdAt: Date }[] = await db.prisma.optInRequest.findMany({
      where: { practiceId, contactId, ...(last ? laterThan('createdAt', last) : {}) },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      take: limits.pageMax,
      select: { id: true, createdAt: true },
    });
    for (const together of await togetherOf(db.prisma, 'opt_in_requests', page)) {
      const rows = await db.prisma.optInRequest.findMany({
        where: { practiceId, id: { in: together.map(({ id }) => id) } },
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      });
      for (const request of rows)
        yield {
          method: request.method,
          ...shownWith(db, request),
          createdAt: request.createdAt.toISOString(),
          expiresAt: request.expiresAt.toISOString(),
        };
    }
    last = page.length === limits.pageMax ? page.at(-1) : undefined;
  } while (last);
}

/** By their values, since the row itself may have been deleted since. */
function laterThan<Column extends string>(
  column: Column,
  last: Record<Column, Date> & { id: string },
) {
  const at = last[column];
  return { OR: [{ [column]: { gt: at } }, { [column]: at, id: { gt: last.id } }] };
}
