import { transition } from '../../core/consent/consent.ts';
import { laneGate, mutedPractice } from '../../core/consent/gate.ts';
import { methods } from '../../core/method.ts';
import { reopenedLater } from '../../core/consent/reopening.ts';
import { readContacts, type ContactView, type PracticeView } from '../consent/contact-lock.ts';
import type { Sql } from '../../platform/db/database.ts';
import type { AddressReopening } from '../consent/reopening-store.ts';

/** The messages that a change releases: content on lanes that were closed before the change and are open after it. */

/** Contacts read at once, of a whole practice. */
const pageSize = 500;

export type ContactChange = { before: ContactView; after: ContactView };

/**
 * Counts messages, each once however many lanes it waits on. Reads the queue as it is after the change. `further`: the
 * change reaches more contacts later.
 */
export async function releasedBy(
  sql: Sql,
  changes: readonly ContactChange[],
  now: Date,
  further?: AddressReopening,
): Promise<number> {
  return (
    (await releasedNow(sql, changes, now)) + (further ? await releasedLater(sql, further, now) : 0)
  );
}

async function releasedNow(
  sql: Sql,
  changes: readonly ContactChange[],
  now: Date,
): Promise<number> {
  const opened = changes.flatMap(({ before, after }) =>
    methods
      .filter((method) => isOpen(after, method) && !isOpen(before, method))
      .flatMap((method) =>
        [after.ref.contactId, ...after.joining].map((id) => ({ contact_id: id, method })),
      ),
  );
  const [first] = changes;
  if (!first || opened.length === 0) return 0;
  const [row] = await sql.$queryRaw<{ messages: number }[]>`
    SELECT count(DISTINCT d.message_id)::integer AS messages
    FROM jsonb_to_recordset(${JSON.stringify(opened)}::jsonb) AS lane (contact_id text, method text)
    JOIN deliveries d USING (contact_id, method)
    WHERE d.practice_id = ${first.after.ref.practiceId} AND d.status = 'queued' AND d.purpose = 'content'
      AND (d.not_after IS NULL OR d.not_after > ${now})`;
  return row?.messages ?? 0;
}

/** Of the further contacts as they are now. */
async function releasedLater(sql: Sql, further: AddressReopening, now: Date): Promise<number> {
  const { practiceId, method, addressHash, reopening, saidAt } = further;
  let released = 0;
  for (let last = further.after; ;) {
    const rows = await sql.$queryRaw<{ contact_id: string }[]>`
      SELECT ch.contact_id FROM channels ch
      WHERE ch.practice_id = ${practiceId} AND ch.method = ${method} AND ch.address_hash = ${addressHash}
        AND ch.contact_id > ${last} AND EXISTS (
          SELECT FROM deliveries d
          WHERE d.practice_id = ch.practice_id AND d.contact_id = ch.contact_id AND d.status = 'queued'
            AND d.purpose = 'content')
      ORDER BY ch.contact_id LIMIT ${pageSize}`;
    const ids = rows.map((row) => row.contact_id);
    const contacts = await readContacts(sql, practiceId, ids);
    const changes = contacts.flatMap((before) => {
      const said = { method, at: now, saidAt };
      const event = reopenedLater(reopening, before.consent.channels[method], said);
      const after = event && { ...before, consent: transition(before.consent, event).state };
      return after ? [{ before, after }] : [];
    });
    released += await releasedNow(sql, changes, now);
    if (ids.length < pageSize) return released;
    last = ids.at(-1)!;
  }
}

/** The same for a switch of the whole practice. */
export async function releasedByPractice(
  sql: Sql,
  before: PracticeView,
  after: PracticeView,
  now: Date,
): Promise<number> {
  if (gateOf(before) === gateOf(after) || mutedPractice(after)) return 0;
  let released = 0;
  for (let last = ''; ;) {
    const rows = await sql.$queryRaw<{ contact_id: string }[]>`
      SELECT DISTINCT contact_id FROM deliveries
      WHERE practice_id = ${before.id} AND status = 'queued' AND purpose = 'content'
        AND contact_id > ${last}
      ORDER BY contact_id LIMIT ${pageSize}`;
    const ids = rows.map((row) => row.contact_id);
    const contacts = await readContacts(sql, before.id, ids);
    const changes = contacts.map((contact) => ({
      before: { ...contact, practice: before },
      after: { ...contact, practice: after },
    }));
    released += await releasedBy(sql, changes, now);
    if (ids.length < pageSize) return released;
    last = ids.at(-1)!;
  }
}

const isOpen = ({ consent, practice }: ContactView, method: (typeof methods)[number]): boolean =>
  laneGate(consent, method, practice).open;

/** The fields of a practice that the gate reads. */
const gateOf = ({ settings, suspendedReason, pausedReason }: PracticeView): string => {
  const { messagingEnabled, optInEnabled, gate, onRevoke } = settings;
  return JSON.stringify([
    messagingEnabled,
    optInEnabled,
    gate,
    onRevoke,
    suspendedReason,
    pausedReason,
  ]);
};
