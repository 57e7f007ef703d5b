import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Database } from '../../platform/db/database.ts';
import { isId } from '../../core/ids.ts';
import { practiceOfLink, type LinkKind } from './practice-of-link.ts';
import {
  continueIn,
  enterEveryPractice,
  enterEveryPracticeFor,
  enterPracticeFor,
  newScope,
  type PracticeScope,
} from '../../platform/db/practice-scope.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose rows the statements of this request may meet (src/platform/db/practice-scope.ts). */
    scope: PracticeScope;
  }
}

/**
 * Each request begins with no practice's rows; its key, its link or its route then lets it into one. Before any other
 * hook.
 */
export function registerPracticeScope(app: FastifyInstance): void {
  app.decorateRequest('scope', null as unknown as PracticeScope);
  app.addHook('onRequest', (request, _reply, done) => {
    request.scope = newScope();
    continueIn(request.scope, done);
  });
  // A body that arrives piece by piece goes on where the socket was, which is in no request.
  app.addHook('preValidation', (request, _reply, done) => continueIn(request.scope, done));
}

/** For one route of a provider's: its reports about what was sent, or what people reply. */
export function takes(share: 'reports' | 'replies') {
  return async ({ scope }: FastifyRequest): Promise<void> => enterEveryPracticeFor(share, scope);
}

/** For routes of the operator, and of providers, whose numbers and addresses belong to several practices. */
export function serveEveryPractice(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => enterEveryPractice(request.scope));
}

/**
 * For pages: the practice of the link that brought the person (`:token`), or of the page itself (`:practiceId`). What is
 * no id names no practice, and the page finds nothing.
 */
export function servePracticeOfLink(app: FastifyInstance, db: Database, kind: LinkKind): void {
  app.addHook('preHandler', async (request: FastifyRequest) => {
    const { token, practiceId } = request.params as { token?: string; practiceId?: string };
    const found = practiceId ?? (token && (await practiceOfLink(db, kind, token)));
    if (found && isId(found)) enterPracticeFor('pages', request.scope, found);
  });
}
