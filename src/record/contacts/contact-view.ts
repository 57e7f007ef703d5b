import { ifReadable } from '../../platform/db/cipher.ts';
import { openDetails, type ContactDetails } from './contact-store.ts';
import type { ContactView } from '../consent/contact-lock.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import { newestOfChannels } from '../../ledger/store.ts';
import { summariseAll, type ContactSummary } from '../messages/status-store.ts';
import { contactWorkflowId } from '../../core/ids.ts';
import { addressField, consentMethods } from '../../core/method.ts';

/**
 * A contact's status (contract, `GET /v1/contacts/{id}`) with its practice's data on it. `unreadable`: that data was
 * changed or moved outside of the service, and does not open.
 */
export async function presentContact(db: Database, sql: Sql, contact: ContactView) {
  return (await presentStored(db, sql, [contact]))[0]!;
}

/** The same for many of one practice. */
export async function presentStored(db: Database, sql: Sql, contacts: readonly ContactView[]) {
  const summaries = await summariesOf(db, sql, contacts);
  return contacts.map((contact, index) => {
    const details = ifReadable(() => ({ opened: openDetails(db, contact) }));
    return {
      ...present(contact, summaries[index]!, details?.opened),
      ...(details ? {} : { unreadable: true as const }),
    };
  });
}

/** Many of one practice; `details` as they were just given. */
export async function presentContacts(
  db: Database,
  sql: Sql,
  contacts: readonly { contact: ContactView; details: ContactDetails }[],
) {
  const summaries = await summariesOf(
    db,
    sql,
    contacts.map(({ contact }) => contact),
  );
  return contacts.map(({ contact, details }, index) =>
    present(contact, summaries[index]!, details),
  );
}

/** With staff's reasons for waiving a channel: for the practice only, so never in a summary that others may see. */
async function summariesOf(
  db: Database,
  sql: Sql,
  contacts: readonly ContactView[],
): Promise<ContactSummary[]> {
  const summaries = await summariseAll(sql, contacts);
  const waived = summaries.flatMap(({ id: contactId, channels }) =>
    consentMethods
      .filter((method) => channels[method]?.state === 'waived')
      .map((method) => ({ contactId, method })),
  );
  const practiceId = contacts[0]?.ref.practiceId ?? '';
  const said = await newestOfChannels(db, sql, practiceId, 'waived', waived);
  const reasonOf = new Map(
    said.map(({ contactId, method, fields }) => [`${contactId} ${method}`, fields['reason']]),
  );
  return summaries.map((summary) => {
    const channels = { ...summary.channels };
    for (const method of consentMethods) {
      const [channel, reason] = [channels[method], reasonOf.get(`${summary.id} ${method}`)];
      if (channel && typeof reason === 'string') channels[method] = { ...channel, reason };
    }
    return { ...summary, channels };
  });
}

function present(
  contact: ContactView,
  summary: ContactSummary,
  details: ContactDetails | undefined,
) {
  const channels = Object.fromEntries(
    consentMethods.flatMap((method) => {
      const channel = summary.channels[method];
      const address = details?.[addressField(method)];
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
