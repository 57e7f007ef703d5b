import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import { v7 as newId } from 'uuid';
import {
  changeEndpoint,
  createEndpoint,
  deleteEndpoint,
  endWait,
  listEndpoints,
  readEndpoint,
  rotateSecret,
  secretsOf,
} from './webhook-endpoint-store.ts';
import { takeTest } from './webhook-tests.ts';
import type { WebhookEndpoint } from '../../platform/db/generated/client.ts';
import { eventTypes, testEventType, type Event } from '../../core/event.ts';
import type { EndpointRef } from '../../core/ids.ts';
import { limits } from '../../core/limits.ts';
import { webhookUrlProblem } from '../../core/webhook-url.ts';
import { AppError } from '../../platform/errors.ts';
import { createWebhookPost } from './webhook-post.ts';
import type { AppContext } from '../../signals/app-context.ts';
import { invalid } from '../../platform/http/entries.ts';
import { isUuid, pageQuery, pageSize, readCursor, writeCursor } from '../../platform/http/pages.ts';

const strict = { additionalProperties: false };
const url = Type.String({ minLength: 1, maxLength: limits.webhookUrlCharacters });
const types = Type.Array(Type.Enum([...eventTypes]), {
  minItems: 1,
  maxItems: eventTypes.length,
  uniqueItems: true,
});
const params = Type.Object({ endpointId: Type.String({ format: 'uuid' }) });
type Params = { Params: Static<typeof params> };
/** A repeat under an Idempotency-Key is answered without the secret. */
const shownOnce = { idempotency: { impersonal: true, once: 'secret' } } as const;

/**
 * Where a practice wants its events posted (docs/events.md): signed as Standard Webhooks says, in their order, again
 * after a failure with growing waits; after three days without success the endpoint is switched off, and says why.
 */
export function registerWebhookEndpoints(
  app: FastifyInstance,
  { config, db, workflows }: AppContext,
): void {
  const tags = ['Events'];
  const sandbox = config.mode === 'sandbox';
  const post = createWebhookPost({ publicOnly: !sandbox });

  function checkUrl(given: string | undefined): void {
    const problem = given === undefined ? undefined : webhookUrlProblem(given, sandbox);
    if (problem !== undefined) throw invalid([{ path: '/url', message: problem }]);
  }

  app.get<{ Querystring: Static<typeof listQuery> }>(
    '/webhook-endpoints',
    { schema: { tags, querystring: listQuery } },
    async ({ practiceId, query }) => {
      const size = pageSize(query);
      const [after] = readCursor(query.cursor, [isUuid]) ?? [];
      const rows = await listEndpoints(db, practiceId, after, size + 1);
      const last = rows.length > size ? rows[size - 1] : undefined;
      return {
        items: rows.slice(0, size).map((row) => present(row, db.clock.now())),
        ...(last ? { nextCursor: writeCursor([last.id]) } : {}),
      };
    },
  );

  const createBody = Type.Object({ url, types: Type.Optional(types) }, strict);
  /** Without `types`: all. The `secret` (`whsec_…`) is in this answer and in no other. 409 beyond 10 endpoints. */
  app.post<{ Body: Static<typeof createBody> }>(
    '/webhook-endpoints',
    { schema: { tags, body: createBody }, config: shownOnce },
    async (request, reply) => {
      checkUrl(request.body.url);
      const { url: given, types: wanted = [] } = request.body;
      const made = await createEndpoint(db, request.practiceId, { url: given, types: wanted });
      if (made === 'full') throw new AppError('too_many_endpoints');
      return reply
        .status(201)
        .send({ ...present(made.endpoint, db.clock.now()), secret: made.secret });
    },
  );

  app.get<Params>('/webhook-endpoints/:endpointId', { schema: { tags, params } }, async (request) =>
    present(found(await readEndpoint(db, refOf(request))), db.clock.now()),
  );

  const patchBody = Type.Partial(
    Type.Object(
      {
        url,
        types: Type.Union([types, Type.Null()]),
        state: Type.Enum(['active', 'disabled']),
      },
      strict,
    ),
    strict,
  );
  /** Of what a practice has posted at once, by a test or by a change. */
  const takeAttempt = async (ref: EndpointRef): Promise<void> => {
    const waitMs = await takeTest(db, ref);
    if (waitMs > 0)
      throw new AppError('too_many_requests', undefined, {
        retryAfterSeconds: Math.ceil(waitMs / 1_000),
      });
  };

  /**
   * `types: null`: all. `state: "active"` switches an endpoint on again, and it goes on where it stopped; `"disabled"`
   * switches it off. Any change triggers a new attempt at once, and counts as a test call: 429 with `Retry-After`.
   */
  app.patch<Params & { Body: Static<typeof patchBody> }>(
    '/webhook-endpoints/:endpointId',
    { schema: { tags, params, body: patchBody } },
    async (request) => {
      const { url: given, types: wanted, state } = request.body;
      checkUrl(given);
      const ref = refOf(request);
      found(await readEndpoint(db, ref));
      await takeAttempt(ref);
      const endpoint = await changeEndpoint(db, ref, {
        ...(given === undefined ? {} : { url: given }),
        ...(wanted === undefined ? {} : { types: wanted ?? [] }),
        ...(state === undefined ? {} : { state }),
      });
      const changed = found(endpoint);
      await workflows.wakeEndpoint(ref);
      return present(changed, db.clock.now());
    },
  );

  app.delete<Params>(
    '/webhook-endpoints/:endpointId',
    { schema: { tags, params } },
    async (request, reply) => {
      const ref = refOf(request);
      const { retryAt } = found(await deleteEndpoint(db, ref));
      // Its workflow need not wait for nobody.
      if (retryAt) await workflows.wakeEndpoint(ref);
      return reply.status(204).send();
    },
  );

  /**
   * Posts a `webhook.test` event now, also to an endpoint that is switched off, and answers with the outcome:
   * `delivered`, and the receiver's `status` or the `problem`. If the receiver accepted it, waiting events are tried at
   * once. 10 a minute for an endpoint, 30 for a practice: 429 with `Retry-After`.
   */
  app.post<Params>(
    '/webhook-endpoints/:endpointId/test',
    { schema: { tags, params }, config: { idempotency: { impersonal: true } } },
    async (request) => {
      const ref = refOf(request);
      const endpoint = found(await readEndpoint(db, ref));
      await takeAttempt(ref);
      const now = db.clock.now();
      const event: Event = { id: newId(), type: testEventType, at: now.toISOString(), data: {} };
      const { id: eventId } = event;
      const secrets = secretsOf(db, endpoint);
      const body = JSON.stringify(event);
      const answer = await post({ url: endpoint.url, id: eventId, body, secrets, at: now });
      const { ok: delivered, ...rest } = answer;
      if (delivered && (await endWait(db, ref))) await workflows.wakeEndpoint(ref);
      return { eventId, delivered, ...rest };
    },
  );

  /** A new `secret`, in this answer and in no other. The former one signs too until `previousSecretUntil`. */
  app.post<Params>(
    '/webhook-endpoints/:endpointId/rotate',
    { schema: { tags, params }, config: shownOnce },
    async (request) => {
      const rotated = found(await rotateSecret(db, refOf(request)));
      return { ...present(rotated.endpoint, db.clock.now()), secret: rotated.secret };
    },
  );
}

const listQuery = Type.Object(pageQuery, strict);

function refOf(request: FastifyRequest<Params>): EndpointRef {
  return { practiceId: request.practiceId, endpointId: request.params.endpointId };
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new AppError('not_found');
  return value;
}

/** Never with its secret. */
function present(row: WebhookEndpoint, now: Date) {
  const { previousUntil } = row;
  const times = {
    failingSince: row.failingSince,
    nextAttemptAt: row.retryAt,
    lastAttemptAt: row.lastAttemptAt,
    lastSuccessAt: row.lastSuccessAt,
    previousSecretUntil: previousUntil !== null && previousUntil > now ? previousUntil : null,
  };
  return {
    id: row.id,
    url: row.url,
    ...(row.types.length === 0 ? {} : { types: row.types }),
    state: row.state,
    ...(row.reason === null ? {} : { reason: row.reason }),
    failures: row.failures,
    ...(row.lastResult === null ? {} : { lastResult: row.lastResult }),
    ...Object.fromEntries(
      Object.entries(times).flatMap(([name, at]) => (at ? [[name, at.toISOString()]] : [])),
    ),
    createdAt: row.createdAt.toISOString(),
  };
}
