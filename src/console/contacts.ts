import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { contactForm, type ContactFields } from './views/contact-form.tsx';
import {
  contactAddress,
  contactLists,
  contactsPage,
  type ContactQuery,
  type Lists,
} from './views/contacts.tsx';
import type { Contact, List } from './views/shapes.ts';
import type { AppContext } from '../signals/app-context.ts';
import { unlessRefused, type Api, type Sent } from './api-client.ts';
import { askFirst, cautionOf } from './caution.ts';
import { changedIn, shownIn } from './changes.ts';
import { done, refused } from './notice.ts';
import {
  filledIn,
  listOf,
  openDesk,
  openPart,
  sendHtml,
  staffOf,
  textOf,
  withoutNulls,
  type Part,
} from './desk.ts';

/** A contact that is red has at most this long before something is due, in ms, to be shown first. */
const atRiskMs = 48 * 60 * 60 * 1_000;
/** Contacts at risk that are shown at once: as many as somebody can call in an hour. */
const atRiskShown = 25;

/**
 * The list of contacts, those at risk first; adding one. Staff search by POST: a name must not get into a browser's
 * history or a proxy's log. A filter without names leads to an address that can be kept and loaded again.
 */
export function registerContacts(app: FastifyInstance, { db }: AppContext): void {
  const show = async (request: FastifyRequest, reply: FastifyReply, query: ContactQuery) => {
    const desk = await openDesk(request, reply);
    return sendHtml(reply, contactsPage(desk.frame, await readLists(desk, query, db.clock.now())));
  };
  app.get('/console', async (request, reply) =>
    show(request, reply, { ...askedIn(request.query), query: '' }),
  );
  app.post('/console', async (request, reply) => {
    const { query, ...rest } = askedIn(request.body);
    if (query !== '') return show(request, reply, { query, ...rest });
    const address = queryOf(filledIn(rest));
    return reply.redirect(address === '' ? '/console' : `/console?${address}`, 303);
  });
  app.post('/console/live/contacts', async (request, reply) => {
    const part = await openPart(request, reply);
    return sendHtml(
      reply,
      contactLists(await readLists(part, askedIn(request.body), db.clock.now())),
    );
  });

  app.get('/console/contacts/new', async (request, reply) => {
    const { frame, typed } = await openDesk(request, reply);
    const fields = frame.problem ? { ...typedIn(typed), id: textOf(typed, 'id') } : fieldsOf({});
    return sendHtml(reply, contactForm({ frame, fields, fixedId: false }));
  });
  app.get('/console/contacts', async (_request, reply) => reply.redirect('/console', 303));
  app.post('/console/contacts', async (request, reply) =>
    saveContact(request, reply, textOf(request.body, 'id'), false),
  );

  app.get<{ Params: { contactId: string } }>(
    '/console/contacts/:contactId/edit',
    async (request, reply) => {
      const { api, frame, typed } = await openDesk(request, reply);
      const who = await api.get<Contact>(pathOf(request.params.contactId));
      const stored = fieldsOf(who);
      const [fields, shown] = frame.problem
        ? [{ ...typedIn(typed), id: who.id }, shownIn(typed)]
        : [stored, bodyOf(stored)];
      return sendHtml(reply, contactForm({ frame, who, fields, fixedId: true, shown }));
    },
  );
  app.post<{ Params: { contactId: string } }>(
    '/console/contacts/:contactId/edit',
    async (request, reply) => saveContact(request, reply, request.params.contactId, true),
  );
}

export function pathOf(contactId: string): string {
  return `/contacts/${encodeURIComponent(contactId)}`;
}

const queryOf = (fields: Record<string, string>): string => new URLSearchParams(fields).toString();

/** `next`: the button that goes on; without it the page that is looked at. */
function askedIn(fields: unknown): ContactQuery {
  return {
    query: textOf(fields, 'query'),
    light: textOf(fields, 'light'),
    state: textOf(fields, 'state'),
    cursor: textOf(fields, 'next') || textOf(fields, 'cursor'),
  };
}

async function readLists(
  { api, zone, csrf }: Part,
  asked: ContactQuery,
  now: Date,
): Promise<Lists> {
  const dueBefore = new Date(now.getTime() + atRiskMs).toISOString();
  const risk = { light: 'red', dueBefore, limit: String(atRiskShown) };
  const [found, atRisk] = await Promise.all([
    api.get<List<Contact>>(`/contacts?${queryOf(filledIn(asked))}`),
    Object.values(asked).some((value) => value !== '')
      ? { items: [] }
      : api.get<List<Contact>>(`/contacts?${queryOf(risk)}`),
  ]);
  return {
    zone,
    csrf,
    asked,
    found: found.items,
    atRisk: atRisk.items,
    moreAtRisk: 'nextCursor' in atRisk,
    ...(found.nextCursor === undefined ? {} : { next: found.nextCursor }),
  };
}

/** Adding sends the whole form; an edit sends only the changed fields. */
async function saveContact(
  request: FastifyRequest,
  reply: FastifyReply,
  id: string,
  fixedId: boolean,
): Promise<FastifyReply> {
  const { api } = staffOf(request);
  const { body } = request;
  const fields = { ...typedIn(body), id };
  const shown = shownIn(body);
  const send = async (): Promise<Sent> => {
    const whole = bodyOf(fields);
    if (!(await isRegistered(api, id)))
      return api.send('PUT', pathOf(id), withoutNulls(whole), cautionOf(body));
    if (!fixedId) return refusedAsTaken;
    return api.send('PATCH', pathOf(id), changedIn(whole, shown), cautionOf(body));
  };
  const sent = await send();
  if (sent.ok) return done(request, reply, contactAddress(id), 'The contact is saved.');
  const question = await askFirst(request, reply, sent, contactAddress(id), id);
  if (question) return question;
  const page = fixedId ? `${contactAddress(id)}/edit` : '/console/contacts/new';
  return refused(request, reply, page, sent.problem);
}

/** Somebody that only signals know may still be added. Only 404 means absent: a failed read says nothing. */
async function isRegistered(api: Api, id: string): Promise<boolean> {
  const contact = await unlessRefused(404, api.get<Contact>(pathOf(id)));
  return contact?.registered ?? false;
}

const refusedAsTaken = {
  ok: false,
  status: 409,
  problem: {
    code: 'contact_exists',
    message: 'There is a contact with this chart number already. Open it to change it.',
  },
} as const;

const optionalNames = ['email', 'phone', 'fax', 'timeZone', 'locale', 'birthDate'] as const;

function fieldsOf(contact: Partial<Contact>): ContactFields {
  const { id = '', name = '', role = 'client', methods = ['email', 'sms'], actsFor = [] } = contact;
  const optional = byName(optionalNames, (field) => contact[field] ?? '');
  return { id, name, role, methods, actsFor: actsFor.join(' '), ...optional };
}

function typedIn(body: unknown): Omit<ContactFields, 'id'> {
  const text = byName(['name', 'role', 'actsFor', ...optionalNames], (field) =>
    textOf(body, field),
  );
  return { ...text, methods: listOf(body, 'methods') };
}

/** As `PATCH /v1/contacts/{id}` takes it: an empty field is removed. */
function bodyOf(fields: ContactFields) {
  const { name, role, methods } = fields;
  const actsFor = fields.actsFor.split(/[\s,]+/).filter((one) => one !== '');
  return {
    name,
    role,
    methods,
    actsFor: actsFor.length === 0 ? null : actsFor,
    ...byName(optionalNames, (field) => fields[field] || null),
  };
}

function byName<N extends string, T>(names: readonly N[], value: (name: N) => T): Record<N, T> {
  return Object.fromEntries(names.map((name) => [name, value(name)])) as Record<N, T>;
}
