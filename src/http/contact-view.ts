import { openDetails, type ContactDetails } from '../db/contact-store.ts';
import type { ContactView } from '../db/contact-lock.ts';
import type { Database, Sql } from '../db/database.ts';
import { summarise, summariseAll, type ContactSummary } from '../db/status-store.ts';
import { contactWorkflowId } from '../domain/ids.ts';
import { consentMethods } from '../domain/method.ts';

/** A contact's status (contract, `GET /v1/contacts/{id}`) with what its practice told us. */
export async function presentContact(db: Database, sql: Sql, contact: ContactView) {
  return present(contact, await summarise(sql, contact), openDetails(db, contact));
}

/** Many of one practice; `details` as they were just given. */
export async function presentContacts(
  sql: Sql,
  contacts: readonly { contact: ContactView; details: ContactDetails }[],
) {
  const summaries = await summariseAll(
    sql,
    contacts.map(({ contact }) => contact),
  );
  return contacts.map(({ contact, details }, index) =>
    present(contact, summaries[index]!, details),
  );
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
