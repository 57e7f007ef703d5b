import { ifReadable } from '../db/cipher.ts';
import { openDetails, type ContactDetails } from '../db/contact-store.ts';
import type { ContactView } from '../db/contact-lock.ts';
import type { Database, Sql } from '../db/database.ts';
import { newestEvidence } from '../db/ledger-store.ts';
import { summariseAll, type ContactSummary } from '../db/status-store.ts';
import { contactWorkflowId } from '../domain/ids.ts';
import { consentMethods } from '../domain/method.ts';

/**
 * A contact's status (contract, `GET /v1/contacts/{id}`) with its practice's data on it. `unreadable`: that data was
 * changed or moved outside of the service, and does not open.
 */
export async function presentContact(db: Database, sql: Sql, contact: ContactView) {
  return (await presentStored(db, sql, [contact]))[0]!;
}

/** The same for many of one practice. */
export async function presentStored(db: Database, sql: Sql, contacts: readonly ContactView[]) {
  const summaries = await summariseAll(sql, contacts);
  const views = [];
  for (const [index, contact] of contacts.entries()) {
    const summary = await withWaivers(db, sql, contact, summaries[index]!);
    const details = ifReadable(() => ({ opened: openDetails(db, contact) }));
    views.push({
      ...present(contact, summary, details?.opened),
      ...(details ? {} : { unreadable: true as const }),
    });
  }
  return views;
}

/** Many of one practice; `details` as they were just given. */
export async function presentContacts(
  db: Database,
  sql: Sql,
  contacts: readonly { contact: ContactView; details: ContactDetails }[],
) {
  const summaries = await summariseAll(
    sql,
    contacts.map(({ contact }) => contact),
  );
  const views = [];
  for (const [index, { contact, details }] of contacts.entries())
    views.push(present(contact, await withWaivers(db, sql, contact, summaries[index]!), details));
  return views;
}

/** Staff's reasons for waiving a channel: for the practice only, so never in a summary. */
async function withWaivers(
  db: Database,
  sql: Sql,
  { ref }: ContactView,
  summary: ContactSummary,
): Promise<ContactSummary> {
  const channels = { ...summary.channels };
  for (const method of consentMethods) {
    const channel = channels[method];
    if (channel?.state !== 'waived') continue;
    const said = await newestEvidence(db, sql, { ...ref, type: 'waived', method });
    if (typeof said?.fields.reason === 'string')
      channels[method] = { ...channel, reason: said.fields.reason };
  }
  return { ...summary, channels };
}

function present(
  contact: ContactView,
  summary: ContactSummary,
  details: ContactDetails | undefined,
) {
  const addressOf = { email: details?.email, sms: details?.phone };
  const channels = Object.fromEntries(
    consentMethods.flatMap((method) => {
      const channel = summary.channels[method];
      const address = addressOf[method];
      return channel ? [[method, { ...channel, ...(address ? { address } : {}) }]] : [];
    }),
  );
  return {
    ...summary,
    channels,
    workflowId: contactWorkflowId(contact.ref.practiceId, contact.ref.contactId),
    registered: contact.consent.registered,
    version: contact.version,
    createdAt: contact.createdAt.toISOString(),
    declinedKinds: contact.consent.declinedKinds,
    ...details,
  };
}
