import type { FastifyInstance, FastifyRequest } from 'fastify';
import { consentMethods } from '../core/method.ts';
import { otherNumber, settlements, type Settlement } from './views/doubts.tsx';
import { repliesCount, repliesList, repliesPage, type Replies } from './views/replies.tsx';
import type { Contact, List, Reply } from './views/shapes.ts';
import type { Api, Sent } from './api-client.ts';
import { askFirst, cautionOf } from './caution.ts';
import { pathOf as contactPath } from './contacts.ts';
import {
  countReplies,
  isPressed,
  openDesk,
  openPart,
  sendHtml,
  staffOf,
  type Part,
} from './desk.ts';
import { done, refused } from './notice.ts';

const openShown = 100;
const handledShown = 20;
const page = '/console/replies';

type Route = { Params: { replyId: string } };

/** People's replies: possible stops first, then open ones, then the latest handled ones. */
export function registerReplies(app: FastifyInstance): void {
  app.get(page, async (request, reply) => {
    const desk = await openDesk(request, reply);
    return sendHtml(reply, repliesPage(desk.frame, await readReplies(desk)));
  });
  app.get('/console/live/replies', async (request, reply) =>
    sendHtml(reply, repliesList(await readReplies(await openPart(request, reply)))),
  );

  app.get('/console/live/replies/count', async (request, reply) => {
    const { api } = staffOf(request);
    return sendHtml(reply, repliesCount(await countReplies(api)));
  });

  app.post<Route>('/console/replies/:replyId/handled', async (request, reply) => {
    const sent = await staffOf(request).api.send('POST', pathOf(request, 'handled'));
    return sent.ok
      ? done(request, reply, page, 'The reply is marked as done.')
      : refused(request, reply, page, sent.problem);
  });
  app.post<Route>('/console/replies/:replyId/reopen', async (request, reply) => {
    const sent = await staffOf(request).api.send('DELETE', pathOf(request, 'handled'));
    return sent.ok
      ? done(request, reply, page, 'The reply is waiting for you again.')
      : refused(request, reply, page, sent.problem);
  });

  app.post<Route>('/console/replies/:replyId/resolve', async (request, reply) => {
    const as = settlements.find((one) => isPressed(request.body, 'as', one));
    // Each button names its effect; a form without a pressed button does nothing, least of all resume texting.
    if (as === undefined)
      return refused(request, reply, page, { code: 'bad_request', message: 'which answer' });
    const sent = await settle(request, as);
    if (sent.ok) return done(request, reply, page, await settledAs(request, as, sent.body));
    const contactId = (await openReply(request))?.contactId;
    const question = await askFirst(request, reply, sent, page, contactId);
    return question ?? refused(request, reply, page, sent.problem);
  });

  app.get('/console/replies/:replyId/:act', async (_request, reply) => reply.redirect(page, 303));
}

function pathOf({ params }: FastifyRequest<Route>, act: string): string {
  return `/inbound/${encodeURIComponent(params.replyId)}/${act}`;
}

/**
 * `all` stops the other addresses first, a number that they have by now included: until everything is stopped the reply
 * stays where staff see it. The number that it came from is stopped by the reply itself, so that this is one stop in
 * the evidence.
 */
async function settle(request: FastifyRequest<Route>, as: Settlement): Promise<Sent> {
  const { api } = staffOf(request);
  if (as === 'all') {
    const reply = await openReply(request);
    if (reply?.contactId !== undefined) {
      const { contactId, from } = reply;
      const { channels } = await api.get<Contact>(contactPath(contactId));
      for (const method of consentMethods) {
        const channel = channels[method];
        if (channel === undefined || (method === 'sms' && channel.address === from)) continue;
        const sent = await api.send('DELETE', `${contactPath(contactId)}/consents/${method}`);
        if (!sent.ok) return sent;
      }
    }
  }
  const body = { as: as === 'all' ? 'stop' : as };
  return api.send('POST', pathOf(request, 'resolve'), body, cautionOf(request.body));
}

/** The reply that is settled, as long as it waits. */
async function openReply(request: FastifyRequest<Route>): Promise<Reply | undefined> {
  const { api } = staffOf(request);
  const { items } = await api.get<List<Reply>>(`/inbound?handled=false&limit=${openShown}`);
  return items.find(({ id }) => id === request.params.replyId);
}

/** Another reply may hold the number as well: then nothing leaves yet. */
async function settledAs(
  request: FastifyRequest<Route>,
  as: Settlement,
  settled: unknown,
): Promise<string> {
  const { contactId, from } = settled as Pick<Reply, 'contactId' | 'from'>;
  if (as !== 'nothing' || contactId === undefined) return settledText[as];
  const { channels } = await staffOf(request).api.get<Contact>(contactPath(contactId));
  const { sms } = channels;
  if (sms !== undefined && sms.address !== from) return `Settled. ${otherNumber(sms)}`;
  return sms?.doubtful ? 'Settled. Another reply still holds this number.' : settledText[as];
}

const settledText: Record<Settlement, string> = {
  stop: 'Stopped: no more texts go to this number.',
  all: 'Stopped: nothing more is sent, by email or text.',
  yes: 'Counted as a yes.',
  nothing: 'Settled: we keep texting.',
};

async function readReplies({ api, zone, csrf }: Part): Promise<Replies> {
  const [open, handled] = await Promise.all([
    api.get<List<Reply>>(`/inbound?handled=false&limit=${openShown}`),
    api.get<List<Reply>>(`/inbound?handled=true&limit=${handledShown}`),
  ]);
  const named = await withNames(api, [...open.items, ...handled.items]);
  return {
    csrf,
    zone,
    open: named.slice(0, open.items.length),
    handled: named.slice(open.items.length),
  };
}

/** A reply is a person's: staff know them by name, not by number. One call for all of them. */
async function withNames(api: Api, replies: readonly Reply[]): Promise<Reply[]> {
  const ids = [...new Set(replies.flatMap(({ contactId }) => contactId ?? []))];
  if (ids.length === 0) return [...replies];
  const { items } = await api.get<List<Contact>>(`/contacts?limit=200&ids=${ids.join(',')}`);
  const known = new Map(items.map((contact) => [contact.id, contact]));
  return replies.map((reply) => {
    const contact = known.get(reply.contactId ?? '');
    return contact ? { ...reply, contact } : reply;
  });
}
