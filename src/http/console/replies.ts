import type { FastifyInstance, FastifyRequest } from 'fastify';
import { repliesList, repliesPage, type Replies } from '../../views/console/replies.tsx';
import type { List, Reply } from '../../views/console/shapes.ts';
import { done, openDesk, openPart, sendHtml, staffOf, type Part } from './desk.ts';

const openShown = 100;
const handledShown = 20;

/** What people wrote and nobody has dealt with yet, and the latest that somebody has. */
export function registerReplies(app: FastifyInstance): void {
  app.get('/console/replies', async (request, reply) => {
    const desk = await openDesk(request, reply);
    return sendHtml(reply, repliesPage(desk.frame, await readReplies(desk)));
  });
  app.get('/console/live/replies', async (request, reply) =>
    sendHtml(reply, repliesList(await readReplies(await openPart(request, reply)))),
  );

  type Route = { Params: { replyId: string } };
  app.post<Route>('/console/replies/:replyId/handled', async (request, reply) => {
    await staffOf(request).api.send('POST', pathOf(request));
    return done(reply, '/console/replies', 'handled');
  });
  app.post<Route>('/console/replies/:replyId/reopen', async (request, reply) => {
    await staffOf(request).api.send('DELETE', pathOf(request));
    return done(reply, '/console/replies', 'reopened');
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
