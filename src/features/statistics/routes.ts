import type { FastifyInstance } from 'fastify';
import { readPractice } from '../../record/practices/practice-store.ts';
import { readStatistics } from './statistics-store.ts';
import { AppError } from '../../platform/errors.ts';
import type { AppContext } from '../../signals/app-context.ts';

/**
 * `{ days: [{ day, counts }], queue: [{ at, queued }] }`: 30 days in the practice's time zone, with how many opt-ins and
 * messages got where, by the type of their event; and how many deliveries waited, every ten minutes.
 */
export function registerStatistics(app: FastifyInstance, { db }: AppContext): void {
  app.get('/statistics', { schema: { tags: ['Practice'] } }, async ({ practiceId }) => {
    const practice = await readPractice(db, practiceId);
    if (!practice) throw new AppError('not_found');
    return readStatistics(db, practiceId, practice.settings.timeZone);
  });
}
