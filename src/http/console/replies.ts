import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { repliesList, repliesPage, type RepliesPage } from '../../views/console/replies.tsx';
import type { List, Reply } from '../../views/console/shapes.ts';
import { done, openDesk, sendHtml, staffOf } from './desk.ts';

const openShown = 100;
const handledShown = 20;

/** What people wrote and nobody has dealt with yet, and the latest that somebody has. */
export function registerReplies(app: FastifyInstance): void {
  const read = async (request: FastifyRequest, reply: FastifyReply): Promise<RepliesPage> => {
    const { api, frame, zone } = await openDesk(request, reply);
    const [open, handled] = await Promise.all([
      api.get<List<Reply>>(`/inbound?handled=false&limit=${openShown}`),
      api.get<List<Reply>>(`/inbound?handled=true&limit=${handledShown}`),
    ]);
    return { frame, zone, open: open.items, handled: handled.items };
  };

  app.get('/console/replies', async (request, reply) =>
    sendHtml(reply, repliesPage(await read(request, reply))),
  );
  app.get('/console/live/replies', async (request, reply) =>
    sendHtml(reply, repliesList(await read(request, reply))),
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
