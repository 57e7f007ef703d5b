import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { v7 as newId } from 'uuid';
import { confirmPage } from '../../views/console/confirm.tsx';
import { contactPage, contactStanding, type Standing } from '../../views/console/contact.tsx';
import { contactAddress } from '../../views/console/contacts.tsx';
import { evidencePage, type EvidenceEntry } from '../../views/console/evidence.tsx';
import type { Contact, List, Message } from '../../views/console/shapes.ts';
import type { AppContext } from '../context.ts';
import type { ApiProblem, Sent } from './api-client.ts';
import { askFirst, cautionOf } from './caution.ts';
import { pathOf } from './contacts.ts';
import {
  done,
  filledIn,
  instantOf,
  openDesk,
  openPart,
  sendHtml,
  staffOf,
  textOf,
  type Part,
} from './desk.ts';
import { contactWorkflowUrl } from '../../temporal/ui-address.ts';

/** Messages shown of one contact: those that wait, and the latest. */
const waitingShown = 50;
const latestShown = 20;
/** An opt-in email that was not answered for this long, in ms, is worth a call. */
const unansweredMs = 24 * 60 * 60 * 1_000;

type Route = { Params: { contactId: string } };
type Evidence = {
  items: EvidenceEntry[];
  mergedFrom?: { contactId: string; items: EvidenceEntry[] }[];
  intact: boolean;
};

/** One contact: how it stands, its queue, and what staff can do. */
export function registerContact(app: FastifyInstance, { config, db }: AppContext): void {
  const show = async (
    request: FastifyRequest<Route>,
    reply: FastifyReply,
    problem?: ApiProblem,
    status = 200,
  ) => {
    const desk = await openDesk(request, reply, problem);
    const standing = await readStanding(desk, request.params.contactId, db.clock.now());
    const workflowUrl = contactWorkflowUrl(config, desk.practice.id, standing.contact.id);
    const page = contactPage({
      frame: desk.frame,
      standing,
      newMessageId: newId(),
      ...(workflowUrl === undefined ? {} : { workflowUrl }),
    });
    return sendHtml(reply, page, status);
  };

  const answer = async (
    request: FastifyRequest<Route>,
    reply: FastifyReply,
    sent: Sent,
    what: string,
  ) => {
    const back = contactAddress(request.params.contactId);
    if (sent.ok) return done(reply, back, what);
    return (
      (await askFirst(request, reply, sent, back)) ??
      show(request, reply, sent.problem, sent.status)
    );
  };

  app.get<Route>('/console/contacts/:contactId', async (request, reply) => show(request, reply));
  app.get<Route>('/console/live/contacts/:contactId', async (request, reply) => {
    const part = await openPart(request, reply);
    return sendHtml(
      reply,
      contactStanding(await readStanding(part, request.params.contactId, db.clock.now())),
    );
  });

  app.post<Route>('/console/contacts/:contactId/opt-in', async (request, reply) => {
    const { api } = staffOf(request);
    const methods = [textOf(request.body, 'method')];
    const path = `${pathOf(request.params.contactId)}/opt-in`;
    return answer(request, reply, await api.send('POST', path, { methods }), 'opt_in');
  });

  app.post<Route>('/console/contacts/:contactId/messages', async (request, reply) => {
    const { api, zone } = await openDesk(request, reply);
    const { body } = request;
    const sent = await api.send('POST', `${pathOf(request.params.contactId)}/messages`, {
      kind: 'ad_hoc',
      ...filledIn({
        id: textOf(body, 'id'),
        subject: textOf(body, 'subject'),
        body: textOf(body, 'body'),
        sendAt: instantOf(textOf(body, 'sendAt'), zone) ?? '',
      }),
    });
    return answer(request, reply, sent, 'queued');
  });

  app.post<Route>('/console/contacts/:contactId/consents', async (request, reply) => {
    const { body, params } = request;
    const { api, zone } = await openPart(request, reply);
    const method = textOf(body, 'method');
    const consent = {
      method,
      address: textOf(body, `address-${method}`),
      source: textOf(body, 'source'),
      obtainedAt: instantOf(textOf(body, 'obtainedAt'), zone) ?? textOf(body, 'seenAt'),
      evidence: textOf(body, 'evidence'),
    };
    const path = `${pathOf(params.contactId)}/consents`;
    const sent = await api.send('POST', path, consent, cautionOf(body));
    const kept = sent.ok && (sent.body as { applied?: boolean }).applied === false;
    return answer(request, reply, sent, kept ? 'kept' : 'recorded');
  });

  app.post<Route>('/console/contacts/:contactId/waivers', async (request, reply) => {
    const { body, params } = request;
    const { api } = staffOf(request);
    const waiver = { method: textOf(body, 'method'), reason: textOf(body, 'reason') };
    const path = `${pathOf(params.contactId)}/waivers`;
    return answer(request, reply, await api.send('POST', path, waiver, cautionOf(body)), 'waived');
  });

  app.post<Route>('/console/contacts/:contactId/stop', async (request, reply) => {
    const { api } = staffOf(request);
    const method = encodeURIComponent(textOf(request.body, 'method'));
    const path = `${pathOf(request.params.contactId)}/consents/${method}`;
    return answer(request, reply, await api.send('DELETE', path), 'revoked');
  });

  app.get<Route>('/console/contacts/:contactId/evidence', async (request, reply) => {
    const { api, frame, zone } = await openDesk(request, reply);
    const { contactId } = request.params;
    const {
      items,
      mergedFrom = [],
      intact,
    } = await api.get<Evidence>(`${pathOf(contactId)}/evidence`);
    const page = evidencePage({ frame, zone, contactId, entries: items, mergedFrom, intact });
    return sendHtml(reply, page);
  });

  app.get<Route>('/console/contacts/:contactId/erase', async (request, reply) => {
    const { frame } = await openDesk(request, reply);
    const back = contactAddress(request.params.contactId);
    const page = confirmPage({
      frame,
      title: 'Erase this contact?',
      text: 'Name, addresses, messages and what the evidence says of the person are gone for good. That it was there, and a stop of the address, stay.',
      action: `${back}/erase`,
      fields: {},
      button: 'Erase for good',
      back,
    });
    return sendHtml(reply, page);
  });
  app.post<Route>('/console/contacts/:contactId/erase', async (request, reply) => {
    const { api } = staffOf(request);
    const sent = await api.send('DELETE', pathOf(request.params.contactId));
    return sent.ok
      ? done(reply, '/console', 'erased')
      : show(request, reply, sent.problem, sent.status);
  });
}

async function readStanding(
  { api, zone, csrf }: Part,
  contactId: string,
  now: Date,
): Promise<Standing> {
  const path = pathOf(contactId);
  const newest = new URLSearchParams({ contactId, order: 'newest', limit: String(latestShown) });
  const [contact, waiting, latest] = await Promise.all([
    api.get<Contact>(path),
    api.get<List<Message>>(`${path}/messages?status=queued&limit=${waitingShown}`),
    api.get<List<Message>>(`/messages?${newest.toString()}`),
  ]);
  const { email } = contact.channels;
  return {
    csrf,
    zone,
    seenAt: now.toISOString(),
    contact,
    waiting: waiting.items,
    moreWaiting: waiting.nextCursor !== undefined,
    latest: latest.items,
    unanswered:
      email?.state === 'sent' &&
      email.lastSentAt !== undefined &&
      now.getTime() - Date.parse(email.lastSentAt) > unansweredMs,
  };
}
