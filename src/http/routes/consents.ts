import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import { settleByStaff, settledAddresses, settleForOthers } from '../../answers/doubt.ts';
import { awaitInFlight } from '../../answers/in-flight.ts';
import { lastDoubts } from '../../db/inbound-store.ts';
import { activeSuppressions } from '../../db/suppression-store.ts';
import {
  changeConsent,
  changeConsents,
  type Announcement,
  type ConsentChange,
} from '../../db/consent-store.ts';
import { currentIds } from '../../db/alias-store.ts';
import { lockContact, lockContacts, type ContactView } from '../../db/contact-lock.ts';
import { addressHash } from '../../db/contact-store.ts';
import type { Sql } from '../../db/database.ts';
import { readPractice } from '../../db/practice-store.ts';
import { releasedBy } from '../../db/release.ts';
import { readEmail, readPhone } from '../../domain/address.ts';
import { limits } from '../../domain/limits.ts';
import { id, instant } from '../../domain/message-schema.ts';
import { consentMethods, type ConsentMethod } from '../../domain/method.ts';
import { stopByStaff, undoStop } from '../../features/undo/stop.ts';
import { AppError } from '../../errors.ts';
import { presentContact } from '../contact-view.ts';
import type { AppContext } from '../context.ts';
import { entryReader, invalid } from '../entries.ts';
import { limitRelease } from '../release-limit.ts';

const consentMethod = Type.Enum([...consentMethods]);
const text = (maxLength: number) => Type.String({ minLength: 1, maxLength });

/** `obtainedAt`: when the person said yes; `evidence`: what shows it (a form's id, who took the call), for the ledger. */
const fields = {
  method: consentMethod,
  address: text(320),
  source: Type.Enum(['online_scheduler', 'paper', 'phone', 'import']),
  obtainedAt: instant,
  evidence: text(4_000),
};
const strict = { additionalProperties: false };
const consentSchema = Type.Object(fields, strict);
const consentEntrySchema = Type.Object({ contactId: id, ...fields }, strict);
type ConsentEntry = Static<typeof consentEntrySchema>;

const readOne = entryReader(consentSchema);
const readMany = entryReader(consentEntrySchema);

/** Consent obtained elsewhere, revocation and waiver by staff (contract, "Contacts"). */
export function registerConsents(app: FastifyInstance, { db, workflows }: AppContext): void {
  const documented = { validatorCompiler: () => () => true };
  const tags = ['Consents'];
  type Params = { Params: { contactId: string; method: ConsentMethod } };
  const params = Type.Object({ contactId: id });

  /** 201. For another address than today's, or older than a revocation: kept as evidence, `applied: false`, and why. */
  app.post<Params>(
    '/contacts/:contactId/consents',
    { schema: { tags, params, body: consentSchema }, ...documented },
    async (request, reply) => {
      if (Array.isArray(request.body)) throw invalid([{ path: '', message: 'must be an object' }]);
      const [body] = readOne(request.body);
      const { contactId } = request.params;
      const [result] = await record(request, [{ contactId, ...body! }], false);
      return reply.status(201).send(result);
    },
  );

  /** All or none; one result per entry, in the order given. */
  app.post(
    '/consents',
    { schema: { tags, body: Type.Array(consentEntrySchema) }, ...documented },
    async (request, reply) => {
      if (!Array.isArray(request.body)) throw invalid([{ path: '', message: 'must be an array' }]);
      const consents = await record(request, readMany(request.body), true);
      return reply.status(201).send({ consents });
    },
  );

  const channelParams = Type.Object({ contactId: id, method: consentMethod });
  /**
   * Staff revoke: no content goes out on this channel any more, nor an opt-in, until the person wants it again. For ten
   * seconds `POST …/restore` takes it back.
   */
  app.delete<Params>(
    '/contacts/:contactId/consents/:method',
    { schema: { tags, params: channelParams } },
    async (request) =>
      change(request, (sql, contact) =>
        stopByStaff(db, sql, contact, request.params.method, request.actor),
      ),
  );

  /**
   * Takes a stop by staff of the last ten seconds back: state, open links and waiting opt-ins are as before; the ledger
   * keeps both. 409 `nothing_to_undo` afterwards, 409 `changed_meanwhile` where the person or anybody else acted since.
   */
  app.post<Params>(
    '/contacts/:contactId/consents/:method/restore',
    { schema: { tags, params: channelParams } },
    async (request) =>
      change(request, async (sql, contact) => {
        const undone = await undoStop(db, sql, contact, request.params.method, request.actor);
        if (typeof undone === 'string') throw new AppError(undone);
        return undone;
      }),
  );

  const settling = Type.Object({ reason: text(limits.againReasonCharacters) }, strict);
  /**
   * No stop was meant from the contact's address: what a reply held there that the practice does not have (it was written to
   * another practice of the same number, or before anybody here had it) leaves, for every contact with the address. The
   * evidence keeps the reason. 409 `doubtful_stop` where a reply waits: that is settled itself; 409 `nothing_to_settle`
   * where nothing is held. `Optgate-Release-At-Most` holds here too.
   */
  app.post<Params & { Body: Static<typeof settling> }>(
    '/contacts/:contactId/consents/:method/settle',
    { schema: { tags, params: channelParams, body: settling } },
    async (request) => {
      const { practiceId, params: at, actor: by } = request;
      const ref = { practiceId, contactId: at.contactId };
      const { reason } = request.body;
      const { changes, view } = await db.prisma.$transaction(async (sql) => {
        const settled = await settleByStaff(db, sql, ref, at.method, { by, reason });
        if (settled.outcome !== 'settled') throw new AppError(settled.outcome);
        const released = settled.changes.map(({ before, contact }) => ({ before, after: contact }));
        await limitRelease(request, () => releasedBy(sql, released, db.clock.now()));
        const contact = await lockContact(sql, ref);
        return { changes: settled.changes, view: await presentContact(db, sql, contact!) };
      });
      await workflows.announce(changes.flatMap(({ announcements }) => announcements));
      return view;
    },
  );

  const waiver = Type.Object({ method: consentMethod, reason: text(500) }, strict);
  /** The channel no longer holds the others and never carries content; a later consent ends it. */
  app.post<Params & { Body: Static<typeof waiver> }>(
    '/contacts/:contactId/waivers',
    { schema: { tags, params, body: waiver } },
    async (request) => {
      const { method, reason } = request.body;
      const at = db.clock.now();
      return change(request, (sql, contact) =>
        changeConsent(db, sql, contact, () => ({ type: 'waived', at, method, reason }), {
          via: 'staff',
          by: request.actor,
          reason,
        }),
      );
    },
  );

  /** One change by staff; answers with the contact's status after it, once no call is under way any more. */
  async function change(
    request: FastifyRequest<Params>,
    apply: (sql: Sql, contact: ContactView) => Promise<ConsentChange>,
  ) {
    const ref = { practiceId: request.practiceId, contactId: request.params.contactId };
    const { view, changed } = await db.prisma.$transaction(async (sql) => {
      const contact = await lockContact(sql, ref);
      if (!contact || contact.gone || !contact.consent.registered) throw new AppError('not_found');
      const result = await apply(sql, contact);
      const changes = [{ before: contact, after: result.contact }];
      await limitRelease(request, () => releasedBy(sql, changes, db.clock.now()));
      return { changed: result, view: await presentContact(db, sql, result.contact) };
    });
    await workflows.announce(changed.announcements);
    for (const { signal, method } of changed.announcements)
      if (signal === 'revokeChannel') await awaitInFlight(db, [ref], method);
    return view;
  }

  async function record(request: FastifyRequest, given: readonly ConsentEntry[], indexed: boolean) {
    const { practiceId, actor } = request;
    const ids = given.map(({ contactId }) => contactId);
    const current = await currentIds(db.prisma, practiceId, ids);
    const entries = given.map((entry, index) => ({ ...entry, contactId: current[index]! }));
    const practice = await readPractice(db, practiceId);
    const country = practice?.settings.defaultCountry ?? 'US';
    const now = db.clock.now();
    const at = (index: number) => (indexed ? { index } : {});
    const readings = entries.map(({ method, address }) =>
      method === 'email' ? readEmail(address) : readPhone(address, country),
    );
    const addresses = readings.map((reading) => (reading.ok ? reading.address : undefined));
    const problems = entries.flatMap(({ obtainedAt }, index) => {
      const reading = readings[index]!;
      return [
        ...(reading.ok ? [] : [{ ...at(index), path: '/address', message: reading.problem }]),
        ...(Date.parse(obtainedAt) <= now.getTime()
          ? []
          : [{ ...at(index), path: '/obtainedAt', message: 'must not be in the future' }]),
      ];
    });
    if (problems.length > 0) throw invalid(problems);

    const announcements: Announcement[] = [];
    const results = await db.prisma.$transaction(async (sql) => {
      const contactIds = [...new Set(entries.map(({ contactId }) => contactId))];
      const locked = await lockContacts(sql, practiceId, contactIds);
      const views = new Map(
        locked
          .filter(({ gone, consent }) => !gone && consent.registered)
          .map((contact) => [contact.ref.contactId, contact]),
      );
      const unknown = entries.findIndex(({ contactId }) => !views.has(contactId));
      if (unknown >= 0)
        throw indexed
          ? invalid([{ ...at(unknown), path: '/contactId', message: 'is not known' }])
          : new AppError('not_found', 'There is no such contact.');
      const hashes = addresses.map((address) => addressHash(db, address!));
      const barred = await activeSuppressions(sql, practiceId, hashes);
      const doubted = await lastDoubts(sql, practiceId, hashes);
      const before = new Map(views);
      const done: object[] = [];
      // A contact's second entry builds on its first.
      for (const round of rounds(entries)) {
        const changes = await changeConsents(
          db,
          sql,
          round.map((index) => {
            const entry = entries[index]!;
            const { method, contactId } = entry;
            const address = hashes[index]!;
            const since = (barred.get(`${method} ${address}`) ?? []).map((bar) =>
              Number(bar.kind === 'doubtful' ? (doubted.get(address) ?? bar.since) : bar.since),
            );
            return {
              contact: views.get(contactId)!,
              event: (consentId) => ({
                type: 'consented_elsewhere',
                at: now,
                method,
                address,
                obtainedAt: new Date(entry.obtainedAt),
                consentId,
                ...(since.length > 0 ? { suppressedSince: new Date(Math.max(...since)) } : {}),
              }),
              evidence: {
                via: entry.source,
                by: actor,
                address: addresses[index],
                obtainedAt: entry.obtainedAt,
                evidence: entry.evidence,
              },
            };
          }),
        );
        for (const [position, change] of changes.entries()) {
          const index = round[position]!;
          const { contactId, method } = entries[index]!;
          views.set(contactId, change.contact);
          announcements.push(...change.announcements);
          const { state } = change.contact.consent.channels[method];
          // Unchanged: it was accepted already, or there is no address that it could be for.
          const applied =
            change.outcome === 'applied' ||
            (change.outcome === 'unchanged' && state === 'accepted');
          done[index] = {
            contactId,
            method,
            applied,
            ...(applied
              ? { state: 'accepted' }
              : { reason: change.outcome === 'unchanged' ? 'other_address' : change.outcome }),
            ...(change.outcome === 'unchanged' ? {} : { consentId: change.consentId }),
          };
        }
      }
      const changes = [...before].map(([contactId, contact]) => ({
        before: contact,
        after: views.get(contactId)!,
      }));
      await limitRelease(request, () => releasedBy(sql, changes, now));
      return { done, ended: settledAddresses(changes) };
    });
    const others = await settleForOthers(db, results.ended);
    announcements.push(...others.flatMap((change) => change.announcements));
    await workflows.announce(announcements);
    return results.done;
  }
}

/** Indices of entries, so that a round names each contact once, in the order given. */
function rounds(entries: readonly { contactId: string }[]): number[][] {
  const seen = new Map<string, number>();
  const result: number[][] = [];
  for (const [index, { contactId }] of entries.entries()) {
    const round = seen.get(contactId) ?? 0;
    seen.set(contactId, round + 1);
    (result[round] ??= []).push(index);
  }
  return result;
}
