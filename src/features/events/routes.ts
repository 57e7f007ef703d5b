import type { FastifyInstance } from 'fastify';
import { Type, type Static } from 'typebox';
import { beforeEverything, placeOf, readEvents } from './event-store.ts';
import { eventTypes } from '../../core/event.ts';
import type { AppContext } from '../../signals/app-context.ts';
import { invalid } from '../../platform/http/entries.ts';
import { pageQuery, pageSize } from '../../platform/http/pages.ts';

const eventId = Type.Optional(Type.String({ format: 'uuid' }));
const eventQuery = Type.Object(
  { limit: pageQuery.limit, after: eventId, cursor: eventId },
  { additionalProperties: false },
);

/**
 * Events of the last 30 days, oldest first: ids, states and reasons, never a name or a text. `after` is the id of the
 * last event that is known already, whether it came from here or from a webhook; without it the list begins at the
 * oldest. An event appears once its place is final, within moments of the change: a caller that keeps asking with the
 * last id misses nothing. `nextCursor` is that id too, when there is more. 422: no such event, or not any more.
 */
export function registerEvents(app: FastifyInstance, { db }: AppContext): void {
  app.get<{ Querystring: Static<typeof eventQuery> }>(
    '/events',
    { schema: { tags: ['Events'], querystring: eventQuery } },
    async ({ practiceId, query }) => {
      const size = pageSize(query);
      const name = query.cursor === undefined ? 'after' : 'cursor';
      const known = query[name];
      const place = known === undefined ? beforeEverything : await placeOf(db, practiceId, known);
      if (!place) throw invalid([{ path: `/${name}`, message: 'is no event of the last 30 days' }]);
      const found = await readEvents(db.prisma, practiceId, eventTypes, place, size + 1);
      const items = found.slice(0, size).map(({ event }) => event);
      const last = found.length > size ? items.at(-1) : undefined;
      return { items, ...(last ? { nextCursor: last.id } : {}) };
    },
  );
}
