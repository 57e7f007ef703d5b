import type { FastifyInstance } from 'fastify';
import { v7 as newId } from 'uuid';
import { contactPage, contactStanding, type Standing } from './views/contact.tsx';
import type { Typing } from './views/contact-acts.tsx';
import { contactAddress } from './views/contacts.tsx';
import { confirmPage } from './views/confirm.tsx';
import { isDoubtful } from './views/doubts.tsx';
import { evidencePage, type EvidenceEntry } from './views/evidence.tsx';
import { waitingCount } from './views/say.ts';
import type { Answer, Contact, List, Message, Reply } from './views/shapes.ts';
import { nameOf } from './views/who.tsx';
import { sendsFrom } from '../core/sender.ts';
import { durationMs } from '../core/settings.ts';
import { limits } from '../core/limits.ts';
import type { AppContext } from '../signals/app-context.ts';
import { ApiRefusal, type Api } from './api-client.ts';
import { pathOf } from './contacts.ts';
import { openDesk, openPart, sendHtml, staffOf, textOf, type Part } from './desk.ts';
import { done, refused } from './notice.ts';
import { contactWorkflowUrl } from '../platform/temporal/ui-address.ts';

/** Messages shown of one contact: those that wait, and the latest. */
const waitingShown = 50;
const latestShown = 20;
/** An opt-in email that was not answered for this long, in ms, is worth a call. */
const unansweredMs = 24 * 60 * 60 * 1_000;

type Route = { Params: { contactId: string } };
type Evidence = {
  items: EvidenceEntry[];
  mergedFrom?: { contactId: string; items: EvidenceEntry[] }[];
  /** Those that are not in it. */
  left: number;
  intact: boolean;
};

/** One contact: its state, queue, evidence and erasure. Staff's acts on it: contact-acts.ts. */
export function registerContact(app: FastifyInstance, context: AppContext): void {
  const { config } = context;
  app.get<Route>('/console/contacts/:contactId', async (request, reply) => {
    const desk = await openDesk(request, reply);
    const standing = await readStanding(desk, request.params.contactId, context);
    const workflowUrl = contactWorkflowUrl(config, desk.practice.id, standing.contact.id);
    const { typed, frame, csrf } = desk;
    const typing: Typing = {
      csrf,
      form: textOf(typed, 'form'),
      value: (name) => textOf(typed, name),
      problems: frame.problem?.fields ?? [],
    };
    const page = contactPage({
      frame,
      standing,
      newMessageId: newId(),
      typing,
      ...(workflowUrl === undefined ? {} : { workflowUrl }),
    });
    return sendHtml(reply, page);
  });

  app.get<Route>('/console/live/contacts/:contactId', async (request, reply) => {
    const part = await openPart(request, reply);
    return sendHtml(
      reply,
      contactStanding(await readStanding(part, request.params.contactId, context)),
    );
  });

  app.get<Route>('/console/contacts/:contactId/evidence', async (request, reply) => {
    const { api, frame, zone } = await openDesk(request, reply);
    const { contactId } = request.params;
    const path = `${pathOf(contactId)}/evidence?newest=${limits.entriesShown}`;
    const { items, mergedFrom = [], left, intact } = await api.get<Evidence>(path);
    const who = await contactOrErased(api, contactId);
    const chains = { entries: items, mergedFrom, left, intact };
    const page = evidencePage({ frame, zone, contactId, who, ...chains });
    return sendHtml(reply, page);
  });

  app.get<Route>('/console/contacts/:contactId/erase', async (request, reply) => {
    const { api, frame } = await openDesk(request, reply);
    const back = contactAddress(request.params.contactId);
    const who = await api.get<Contact>(pathOf(request.params.contactId));
    const page = confirmPage({
      frame,
      who,
      title: `Erase ${nameOf(who)}?`,
      text: `Name, addresses and messages of ${nameOf(who)}, and what the evidence says about them, are gone for good. What is waiting (${waitingCount(who)}) is not sent. That there was a record, and a stop of the address, stay.`,
      hint: 'This cannot be undone.',
      action: `${back}/erase`,
      fields: {},
      button: 'Erase for good',
      back,
    });
    return sendHtml(reply, page);
  });
  app.post<Route>('/console/contacts/:contactId/erase', async (request, reply) => {
    const sent = await staffOf(request).api.send('DELETE', pathOf(request.params.contactId));
    return sent.ok
      ? done(request, reply, '/console', 'The contact is erased.')
      : refused(request, reply, contactAddress(request.params.contactId), sent.problem);
  });
}

/** Of an erased contact the evidence is still there, but nobody to name. */
async function contactOrErased(api: Api, contactId: string): Promise<Contact | undefined> {
  try {
    return await api.get<Contact>(pathOf(contactId));
  } catch (error) {
    if (error instanceof ApiRefusal && error.status === 404) return undefined;
    throw error;
  }
}

async function readStanding(
  { api, zone, csrf, settings }: Part,
  contactId: string,
  { config, db }: AppContext,
): Promise<Standing> {
  const now = db.clock.now();
  const path = pathOf(contactId);
  const newest = new URLSearchParams({ contactId, order: 'newest', limit: String(latestShown) });
  const [contact, waiting, latest, answers] = await Promise.all([
    api.get<Contact>(path),
    api.get<List<Message>>(`${path}/messages?status=queued&limit=${waitingShown}`),
    api.get<List<Message>>(`/messages?${newest.toString()}`),
    api.get<List<Answer>>(`${path}/answers`),
  ]);
  const { email, sms } = contact.channels;
  const doubted = answers.items.some(({ type }) => type === 'doubted');
  const replies =
    (sms?.doubtful ?? doubted)
      ? (await api.get<List<Reply>>('/inbound?handled=false&limit=100')).items
      : [];
  const asksAt = dueOf(waiting.items, durationMs(settings.optInLead) ?? 0);
  return {
    csrf,
    zone,
    seenAt: now.toISOString(),
    contact,
    answers: answers.items,
    doubts: replies
      .filter((reply) => isDoubtful(reply) && isFrom(reply, contact))
      .map((reply) => ({ ...reply, contact })),
    waiting: waiting.items,
    moreWaiting: waiting.nextCursor !== undefined,
    latest: latest.items,
    unanswered:
      email?.state === 'sent' &&
      email.lastSentAt !== undefined &&
      now.getTime() - Date.parse(email.lastSentAt) > unansweredMs,
    smsFrom: sendsFrom(settings, config.senders, 'sms'),
    asksAt,
    asks: settings.optInEnabled && settings.messagingEnabled,
  };
}

/** Also where the number was nobody's when the reply came, and is this contact's now. */
function isFrom({ contactId, from }: Reply, { id, channels }: Contact): boolean {
  return contactId === undefined ? from === channels.sms?.address : contactId === id;
}

/** When the first of the waiting messages makes us ask: its time, less the practice's lead. */
function dueOf(waiting: readonly Message[], leadMs: number): string | undefined {
  const times = waiting.flatMap(({ deliveries }) =>
    deliveries
      .filter(({ status, method }) => status === 'queued' && method !== 'fax')
      .map(({ dueAt }) => Date.parse(dueAt)),
  );
  return times.length === 0 ? undefined : new Date(Math.min(...times) - leadMs).toISOString();
}
