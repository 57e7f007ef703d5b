import type { ContactRef } from '../domain/ids.ts';
import { readContact } from './contact-lock.ts';
import { openDetails } from './contact-store.ts';
import type { Database } from './database.ts';
import { readEvidence } from './ledger-read.ts';
import { openContent } from './message-store.ts';
import { viewMessages } from './message-view.ts';
import { shownWith } from './opt-in-request.ts';
import { summarise } from './status-store.ts';

/** Everything held about a contact, for the person who asks (45 CFR 164.524). Undefined: nothing is. */
export async function exportContact(db: Database, ref: ContactRef) {
  const contact = await readContact(db.prisma, ref);
  if (!contact || contact.gone) return undefined;
  const { practiceId, contactId } = ref;
  const rows = await db.prisma.message.findMany({
    where: { practiceId, contactId },
    orderBy: [{ dueAt: 'asc' }, { arrival: 'asc' }],
  });
  const views = await viewMessages(db.prisma, practiceId, rows, db.clock.now());
  const replies = await db.prisma.inboundMessage.findMany({
    where: { practiceId, contactId },
    orderBy: { receivedAt: 'asc' },
  });
  const requests = await db.prisma.optInRequest.findMany({
    where: { practiceId, contactId },
    orderBy: { createdAt: 'asc' },
  });
  const { entries } = await readEvidence(db, ref);
  return {
    exportedAt: db.clock.now().toISOString(),
    status: await summarise(db.prisma, contact),
    contact: openDetails(db, contact) ?? null,
    declinedKinds: contact.consent.declinedKinds,
    messages: views.map((view, index) => ({
      ...view,
      content: openContent(db, rows[index]!.contentEnc),
    })),
    replies: replies.map((reply) => ({
      method: reply.method,
      from: db.cipher.open(reply.fromEnc, 'inbound_messages.from'),
      text: db.cipher.open(reply.textEnc, 'inbound_messages.text'),
      meaning: reply.meaning,
      ...(reply.doubt === null ? {} : { doubt: reply.doubt }),
      ...(reply.answered === null ? {} : { answered: reply.answered }),
      ...(reply.unanswered === null ? {} : { unanswered: reply.unanswered }),
      ...(reply.resolvedAs === null ? {} : { resolvedAs: reply.resolvedAs }),
      receivedAt: reply.receivedAt.toISOString(),
    })),
    optIns: requests.map((request) => ({
      method: request.method,
      ...shownWith(db, request),
      createdAt: request.createdAt.toISOString(),
      expiresAt: request.expiresAt.toISOString(),
    })),
    evidence: entries,
  };
}
