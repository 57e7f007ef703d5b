import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import {
  openDetails,
  putContacts,
  type ContactDetails,
} from '../../record/contacts/contact-store.ts';
import {
  lockContact,
  practiceView,
  readContact as readView,
} from '../../record/consent/contact-lock.ts';
import type { Announcement } from '../../record/consent/consent-store.ts';
import type { Sql } from '../../platform/db/database.ts';
import { releasedBy } from '../../record/messages/release.ts';
import { askByStaff, type AskOutcome } from '../opt-in/opt-in-store.ts';
import { transaction } from '../../platform/db/transaction.ts';
import type { ContactRef } from '../../core/ids.ts';
import { limits } from '../../core/limits.ts';
import { consentMethods, type ConsentMethod } from '../../core/method.ts';
import { AppError, type ErrorCode } from '../../platform/errors.ts';
import {
  contactEntrySchema,
  contactPatchSchema,
  contactSchema,
  readContact,
} from '../../record/contacts/contact-body.ts';
import type { ContactBody } from '../../record/contacts/contact-body.ts';
import { presentContact, presentContacts } from '../../record/contacts/contact-view.ts';
import type { AppContext } from '../../signals/app-context.ts';
import { actForCurrent, asCurrent } from './current-contacts.ts';
import { arrayOf, entryReader, invalid, type EntryProblem } from '../../platform/http/entries.ts';
import { id } from '../../core/message/message-schema.ts';
import { limitRelease } from '../../record/messages/release-limit.ts';

const params = Type.Object({ contactId: id });
type Params = { Params: { contactId: string } };

const readOne = entryReader(contactSchema);
const readMany = entryReader(contactEntrySchema);
const readPatch = entryReader(contactPatchSchema);

/** Contacts: register, change, look at, ask (contract, "Contacts"). */
export function registerContacts(app: FastifyInstance, context: AppContext): void {
  const { config, db, workflows } = context;
  const documented = { validatorCompiler: () => () => true };
  const tags = ['Contacts'];

  /** 201 when the contact was not registered before, else 200; the answer is its status. */
  app.put<Params>(
    '/contacts/:contactId',
    { schema: { tags, params, body: contactSchema }, ...documented },
    async (request, reply) => {
      const ref = { practiceId: request.practiceId, contactId: request.params.contactId };
      if (Array.isArray(request.body)) throw invalid([{ path: '', message: 'must be an object' }]);
      const [body] = readOne(request.body);
      const [result] = await register(request, [{ ref, body: body! }]);
      return reply.status(result!.created ? 201 : 200).send(result!.view);
    },
  );

  /**
   * All or none. 200 with one status per entry, in the order given. The id of a contact that was merged means the one
   * that it was merged into, here and in `actsFor`.
   */
  app.put(
    '/contacts',
    { schema: { tags, body: arrayOf(contactEntrySchema) }, ...documented },
    async (request) => {
      if (!Array.isArray(request.body)) throw invalid([{ path: '', message: 'must be an array' }]);
      const entries = readMany(request.body).map(({ id: contactId, ...body }) => ({
        ref: { practiceId: request.practiceId, contactId },
        body: body,
      }));
      const results = await register(request, entries, true);
      return { contacts: results.map(({ view }) => view) };
    },
  );

  /** Merges; `null` removes an optional field. 404 for a contact that was never registered. */
  app.patch<Params>(
    '/contacts/:contactId',
    { schema: { tags, params, body: contactPatchSchema }, ...documented },
    async (request) => {
      const ref = { practiceId: request.practiceId, contactId: request.params.contactId };
      if (Array.isArray(request.body)) throw invalid([{ path: '', message: 'must be an object' }]);
      const [patch] = readPatch(request.body);
      const [result] = await register(request, [{ ref, patch: patch as Record<string, unknown> }]);
      return result!.view;
    },
  );

  app.get<Params>('/contacts/:contactId', { schema: { tags, params } }, (request) =>
    transaction(db, async (sql) => {
      const view = await readView(sql, {
        practiceId: request.practiceId,
        contactId: request.params.contactId,
      });
      if (!view || view.gone) throw new AppError('not_found');
      return presentContact(db, sql, view);
    }),
  );

  const ask = Type.Object(
    {
      methods: Type.Optional(
        Type.Array(Type.Enum([...consentMethods]), {
          minItems: 1,
          maxItems: consentMethods.length,
          uniqueItems: true,
        }),
      ),
      reason: Type.Optional(
        Type.String({ minLength: 1, maxLength: limits.againReasonCharacters, pattern: '\\S' }),
      ),
    },
    { additionalProperties: false },
  );
  type Ask = { methods?: ConsentMethod[]; reason?: string };
  /**
   * Sends or resends the opt-in now. 202 with the outcome per channel. A channel that said no is asked again only with
   * a `reason` (at most 500 characters; the ledger keeps it, sealed), else it is left alone: 409 `declined` where no
   * channel was asked.
   */
  app.post<Params & { Body: Ask | null }>(
    '/contacts/:contactId/opt-in',
    { schema: { tags, params, body: Type.Optional(Type.Union([Type.Null(), ask])) } },
    async (request, reply) => {
      const ref = { practiceId: request.practiceId, contactId: request.params.contactId };
      const { methods, reason } = request.body ?? {};
      const again = reason === undefined ? undefined : { via: 'staff', by: request.actor, reason };
      const outcomes = await transaction(db, async (sql) => {
        const contact = await lockContact(sql, ref);
        if (!contact || contact.gone || !contact.consent.registered)
          throw new AppError('not_found');
        return askByStaff(db, sql, contact, config.senders, methods, again);
      });
      if (!outcomes.some(({ status }) => status === 'queued' || status === 'in_flight'))
        throw refusal(outcomes);
      await workflows.tell({ wake: [ref] });
      return reply.status(202).send({
        channels: Object.fromEntries(outcomes.map(({ method, ...rest }) => [method, rest])),
      });
    },
  );

  type Registration = { ref: ContactRef } & (
    { body: ContactBody } | { patch: Record<string, unknown> }
  );

  async function register(request: FastifyRequest, named: Registration[], indexed = false) {
    for (;;) {
      const result = await registerOnce(request, named, indexed);
      if (!result) continue;
      const announcements: Announcement[] = result.done.flatMap((one) => one.announcements);
      await workflows.announce(announcements);
      await workflows.tell(result);
      return result.done;
    }
  }

  /** Undefined: one was merged between the look and the lock; a new look finds the id that it has now. */
  async function registerOnce(request: FastifyRequest, named: Registration[], indexed: boolean) {
    return transaction(db, async (sql) => {
      const { practiceId } = request;
      const entries = await asCurrent(sql, practiceId, named);
      const practice = practiceView(
        practiceId,
        await sql.practice.findFirstOrThrow({ where: { id: practiceId } }),
      );
      const problems: EntryProblem[] = [];
      const ready: { ref: ContactRef; details: ContactDetails; index: number }[] = [];
      for (const [index, entry] of entries.entries()) {
        const { body, kept } = 'body' in entry ? { ...entry, kept: {} } : await merged(sql, entry);
        const read = readContact(body, practice.settings.defaultCountry, kept);
        problems.push(...read.problems.map((p) => (indexed ? { index, ...p } : p)));
        ready.push({ ref: entry.ref, details: read.details, index });
      }
      if (problems.length > 0) throw invalid(problems);
      const twice = ready.find(({ ref }, index) =>
        ready.slice(0, index).some((earlier) => earlier.ref.contactId === ref.contactId),
      );
      if (twice) throw invalid([{ index: twice.index, path: '/id', message: 'is named twice' }]);
      await actForCurrent(sql, practiceId, ready);
      const put = await putContacts(
        db,
        sql,
        practiceId,
        ready.map(({ ref, details }) => ({ contactId: ref.contactId, details })),
      );
      if (!put.ok) return undefined;
      const { registered } = put;
      const changes = registered.map(({ before, contact }) => ({ before, after: contact }));
      await limitRelease(request, () => releasedBy(sql, changes, db.clock.now()));
      const views = await presentContacts(
        db,
        sql,
        registered.map(({ contact }, index) => ({ contact, details: ready[index]!.details })),
      );
      return {
        done: registered.map((one, index) => ({ ...one, view: views[index]! })),
        // A list that is sent again and again has nothing new for most of its contacts.
        wake: registered.flatMap(({ changed, contact }) => (changed ? [contact.ref] : [])),
      };
    });
  }

  /** `kept`: the fields that the patch does not name. */
  async function merged(
    sql: Sql,
    { ref, patch }: { ref: ContactRef; patch: Record<string, unknown> },
  ): Promise<{ body: ContactBody; kept: Partial<ContactDetails> }> {
    const view = await lockContact(sql, ref);
    const details = view && !view.gone ? openDetails(db, view) : undefined;
    if (!details) throw new AppError('not_found');
    const next = Object.entries({ ...details, ...patch }).filter(([, value]) => value !== null);
    const kept = Object.entries(details).filter(([name]) => !Object.hasOwn(patch, name));
    return { body: Object.fromEntries(next) as ContactBody, kept: Object.fromEntries(kept) };
  }
}

const refusals: Record<AskOutcome['status'], ErrorCode> = {
  queued: 'internal',
  in_flight: 'internal',
  already_accepted: 'already_accepted',
  revoked: 'revoked',
  declined: 'declined',
  doubtful_stop: 'doubtful_stop',
  no_address: 'no_address',
  refused_number: 'refused_number',
  not_assigned: 'not_assigned',
  practice_off: 'practice_off',
  sender_missing: 'sender_missing',
  no_email_page: 'sms_asked_elsewhere',
  recorded_only: 'sms_asked_elsewhere',
  throttled: 'too_many_requests',
};

/** Nothing was queued: the first reason that the caller can do something about. */
function refusal(outcomes: ({ method: ConsentMethod } & AskOutcome)[]): AppError {
  const order: AskOutcome['status'][] = [
    'practice_off',
    'sender_missing',
    'throttled',
    'no_address',
    'refused_number',
    'no_email_page',
    'recorded_only',
    'doubtful_stop',
    'declined',
    'revoked',
    'already_accepted',
    'not_assigned',
  ];
  const first = order
    .map((status) => outcomes.find((outcome) => outcome.status === status))
    .find((outcome) => outcome !== undefined);
  if (!first) return new AppError('not_assigned');
  const waits = outcomes.flatMap((o) => (o.status === 'throttled' ? [o.retryAfterMs] : []));
  const missing = outcomes.flatMap((o) => (o.status === 'sender_missing' ? o.missing : []));
  const fields = [...new Set(missing)].map((name) => ({
    path: `/sender/${name}`,
    message: 'is missing',
  }));
  return new AppError(refusals[first.status], undefined, {
    details: [
      ...(first.status === 'sender_missing' ? fields : []),
      ...outcomes.map(({ method, status }) => ({ path: `/${method}`, message: status })),
    ],
    ...(first.status === 'throttled'
      ? { retryAfterSeconds: Math.ceil(Math.min(...waits) / 1_000) }
      : {}),
  });
}
