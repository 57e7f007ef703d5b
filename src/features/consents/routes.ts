import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import { settleByStaff, settledAddresses, settleForOthers } from '../../record/replies/doubt.ts';
import { awaitInFlight } from '../../record/messages/in-flight.ts';
import { lastNos } from '../../record/consent/last-no.ts';
import {
  changeConsent,
  changeConsents,
  type Announcement,
  type ConsentChange,
} from '../../record/consent/consent-store.ts';
import { currentIds } from '../../record/contacts/alias-store.ts';
import { lockContact, lockContacts, type ContactView } from '../../record/consent/contact-lock.ts';
import { addressHash } from '../../record/contacts/contact-store.ts';
import type { Sql } from '../../platform/db/database.ts';
import { readPractice } from '../../record/practices/practice-store.ts';
import { releasedBy } from '../../record/messages/release.ts';
import { transaction } from '../../platform/db/transaction.ts';
import { readAddress } from '../../core/address.ts';
import { limits } from '../../core/limits.ts';
import { instantOf, noInstant } from '../../core/instant.ts';
import { id, instant } from '../../core/message/message-schema.ts';
import { consentMethods, type ConsentMethod } from '../../core/method.ts';
import { stopByStaff, undoStop } from './staff-stop.ts';
import { rounds } from '../../core/turns/rounds.ts';
import { AppError } from '../../platform/errors.ts';
import { presentContact } from '../../record/contacts/contact-view.ts';
import type { AppContext } from '../../signals/app-context.ts';
import { arrayOf, entryReader, invalid, namedTooOften } from '../../platform/http/entries.ts';
import { limitRelease } from '../../record/messages/release-limit.ts';

const consentMethod = Type.Enum([...consentMethods]);
const text = (maxLength: number) => Type.String({ minLength: 1, maxLength });

/**
 * `obtainedAt`: when the person said yes (a caller's clock may be ahead by `limits.clockSkewMs`); `evidence`: the proof (a
 * form's id, who took the call), for the ledger.
 */
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
    { schema: { tags, body: arrayOf(consentEntrySchema) }, ...documented },
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
   * No stop was meant from the contact's address: releases messages held there by a reply that the practice does not
   * have (written to another practice of the same number, or before any contact here had it), for every contact with
   * the address. The evidence keeps the reason. 409 `doubtful_stop` where a reply waits: settle that instead; 409
   * `nothing_to_settle` where nothing is held. `Optgate-Release-At-Most` holds here too.
   */
  app.post<Params & { Body: Static<typeof settling> }>(
    '/contacts/:contactId/consents/:method/settle',
    { schema: { tags, params: channelParams, body: settling } },
    async (request) => {
      const { practiceId, params: at, actor: by } = request;
      const ref = { practiceId, contactId: at.contactId };
      const { reason } = request.body;
      const { changes, view } = await transaction(db, async (sql) => {
        const settled = await settleByStaff(db, sql, ref, at.method, { by, reason });
        if (settled.outcome !== 'settled') throw new AppError(settled.outcome);
        const released = settled.changes.map(({ before, contact }) => ({ before, after: contact }));
        await limitRelease(request, () =>
          releasedBy(sql, released, db.clock.now(), settled.further),
        );
        const contact = await lockContact(sql, ref);
        return { changes: settled.changes, view: await presentContact(db, sql, contact!) };
      });
      await workflows.announce(changes.flatMap(({ announcements }) => announcements));
      return view;
    },
  );

  const waiver = Type.Object({ method: consentMethod, reason: text(500) }, strict);
  /**
   * The channel no longer holds the others and never carries content; a later consent ends it. The ledger keeps
   * `reason`, sealed.
   */
  app.post<Params & { Body: Static<typeof waiver> }>(
    '/contacts/:contactId/waivers',
    { schema: { tags, params, body: waiver } },
    async (request) => {
      const { method, reason } = request.body;
      const at = db.clock.now();
      return change(request, (sql, contact) =>
        changeConsent(db, sql, contact, () => ({ type: 'waived', at, method }), {
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
    const { view, changed } = await transaction(db, async (sql) => {
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
    const latest = new Date(now.getTime() + limits.clockSkewMs);
    const at = (index: number) => (indexed ? { index } : {});
    const readings = entries.map(({ method, address }) => readAddress(method, address, country));
    const addresses = readings.map((reading) => (reading.ok ? reading.address : undefined));
    const problems = entries.flatMap(({ obtainedAt }, index) => {
      const reading = readings[index]!;
      const obtained = instantOf(obtainedAt);
      const wrong =
        obtained === undefined ? noInstant : obtained > latest && 'must not be in the future';
      return [
        ...(reading.ok ? [] : [{ ...at(index), path: '/address', message: reading.problem }]),
        ...(wrong ? [{ ...at(index), path: '/obtainedAt', message: wrong }] : []),
      ];
    });
    // Each is a round of statements while the contact is locked, and an entry of its evidence.
    problems.push(...namedTooOften(entries, limits.consentsOfOneContact));
    if (problems.length > 0) throw invalid(problems);

    const { done, ended, announcements } = await transaction(db, async (sql) => {
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
      const nos = await lastNos(sql, practiceId, hashes);
      const before = new Map(views);
      const done: object[] = [];
      const announcements: Announcement[] = [];
      // A contact's second entry builds on its first.
      for (const round of rounds(entries)) {
        const changes = await changeConsents(
          db,
          sql,
          round.map((index) => {
            const entry = entries[index]!;
            const { method, contactId } = entry;
            const address = hashes[index]!;
            const since = nos.get(`${method} ${address}`);
            return {
              contact: views.get(contactId)!,
              event: (consentId) => ({
                type: 'consented_elsewhere',
                at: now,
                method,
                address,
                // By our clock, so that no stop to come is older than it.
                obtainedAt: new Date(Math.min(Date.parse(entry.obtainedAt), Number(now))),
                consentId,
                ...(since ? { suppressedSince: since } : {}),
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
      return { done, ended: settledAddresses(changes), announcements };
    });
    const others = await settleForOthers(db, ended);
    await workflows.announce([
      ...announcements,
      ...others.flatMap((change) => change.announcements),
    ]);
    return done;
  }
}
