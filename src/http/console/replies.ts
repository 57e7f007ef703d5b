import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  repliesCount,
  repliesList,
  repliesPage,
  type Replies,
} from '../../views/console/replies.tsx';
import type { List, Reply } from '../../views/console/shapes.ts';
import type { Refused } from './api-client.ts';
import { countReplies, done, openDesk, openPart, sendHtml, staffOf, type Part } from './desk.ts';

const openShown = 100;
const handledShown = 20;

/** What people wrote and nobody has dealt with yet, and the latest that somebody has. */
export function registerReplies(app: FastifyInstance): void {
  const show = async (request: FastifyRequest, reply: FastifyReply, refused?: Refused) => {
    const desk = await openDesk(request, reply, refused?.problem);
    return sendHtml(reply, repliesPage(desk.frame, await readReplies(desk)), refused?.status);
  };
  app.get('/console/replies', async (request, reply) => show(request, reply));
  app.get('/console/live/replies', async (request, reply) =>
    sendHtml(reply, repliesList(await readReplies(await openPart(request, reply)))),
  );

  app.get('/console/live/replies/count', async (request, reply) => {
    const { api } = staffOf(request);
    return sendHtml(reply, repliesCount(await countReplies(api)));
  });

  type Route = { Params: { replyId: string } };
  app.post<Route>('/console/replies/:replyId/handled', async (request, reply) => {
    const sent = await staffOf(request).api.send('POST', pathOf(request));
    return sent.ok ? done(reply, '/console/replies', 'handled') : show(request, reply, sent);
  });
  app.post<Route>('/console/replies/:replyId/reopen', async (request, reply) => {
    const sent = await staffOf(request).api.send('DELETE', pathOf(request));
    return sent.ok ? done(reply, '/console/replies', 'reopened') : show(request, reply, sent);
  });

  function pathOf({ params }: FastifyRequest<Route>): string {
    return `/inbound/${encodeURIComponent(params.replyId)}/handled`;
  }
}

async function readReplies({ api, zone, csrf }: Part): Promise<Replies> {
  const [open, handled] = await Promise.all([
    api.get<List<Reply>>(`/inbound?handled=false&limit=${openShown}`),
    api.get<List<Reply>>(`/inbound?handled=true&limit=${handledShown}`),
  ]);
  return { csrf, zone, open: open.items, handled: handled.items };
}
