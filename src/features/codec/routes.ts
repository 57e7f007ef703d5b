import type { SerializationContext } from '@temporalio/common';
import cookie from '@fastify/cookie';
import cors from '@fastify/cors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { contactWorkflowId } from '../../core/ids.ts';
import { id } from '../../core/message/message-schema.ts';
import { AppError } from '../../platform/errors.ts';
import { createPayloadCodec, withoutMarks } from '../../platform/temporal/payload-codec.ts';
import { fromJson, toJson, type JsonPayload } from '../../platform/temporal/payload-json.ts';
import { temporalUiUrl } from '../../platform/temporal/ui-address.ts';
import { carries } from '../../platform/http/auth.ts';
import type { AppContext } from '../../signals/app-context.ts';
import { takeJson } from '../../platform/http/json-body.ts';
import { hasCodecSession } from './session.ts';

/**
 * Bytes of one call. The UI and the command line send one list of payloads at a time, as an event of a history holds it:
 * Temporal takes 2 MiB of them (`limit.blobSize.error`), which base64 makes a third longer.
 */
const codecBytes = 4 * 1024 * 1024;

type Call = {
  Params: { practiceId?: string; contactId?: string };
  Headers: { 'x-namespace'?: string };
  /** An empty list is no list in protobuf JSON. */
  Body: { payloads?: JsonPayload[] | null } | null;
};

/**
 * The codec endpoint of the Temporal UI and the `temporal` command line (remote codec protocol: payloads as protobuf
 * JSON, bytes in base64). It opens people's words, so it needs the admin key, or a browser in which it was given
 * (codec-session.ts); the sandbox, whose people do not exist, is open to its own Temporal UI.
 *
 * `/codec/contact/{practiceId}/{contactId}` seals for that contact's workflow, and opens its payloads: the protocol
 * itself names the namespace (`X-Namespace`) but not the workflow, so the address has to. `/codec` opens payloads of
 * any workflow; those it seals are bound to none, and are accepted only for the first contact that they reach, for a
 * short time, and not at all where REQUIRE_BOUND_SIGNALS is on.
 */
export async function registerCodec(app: FastifyInstance, context: AppContext): Promise<void> {
  const { config } = context;
  const codec = createPayloadCodec(config.encryptionKeys, context.db.sealing);
  takeJson(app);
  await app.register(cookie);
  await app.register(cors, {
    origin: uiOrigin(config),
    methods: ['POST'],
    allowedHeaders: ['content-type', 'authorization', 'x-namespace'],
    // The UI sends the cookie of `/codec` along.
    credentials: true,
  });
  // Before the body is read: reading it is work, and this address is open to everybody.
  app.addHook('onRequest', async (request) => {
    if (config.adminKey === undefined && config.mode === 'sandbox') return;
    if (carries(request, config.adminKey)) return;
    // A browser may open; only a program with the key seals.
    const opens = request.routeOptions.url === '/codec/decode';
    if (!opens || !hasCodecSession(request, context)) throw new AppError('unauthorized');
  });
  const params = Type.Object({ practiceId: id, contactId: id });
  for (const direction of ['encode', 'decode'] as const) {
    const answer = async ({
      body,
      headers,
      params: { practiceId, contactId },
    }: FastifyRequest<Call>) => {
      const payloads = readPayloads(body);
      if (!payloads) throw new AppError('bad_request');
      const owner: SerializationContext | undefined =
        practiceId === undefined || contactId === undefined
          ? undefined
          : {
              type: 'workflow',
              namespace: headers['x-namespace'] ?? config.temporal.namespace,
              workflowId: contactWorkflowId(practiceId, contactId),
            };
      const result = await codec[direction](payloads.map(fromJson), owner);
      // What the codec says about a payload is for our own converter: others print no JSON that has a second label.
      return { payloads: result.map((payload) => toJson(withoutMarks(payload))) };
    };
    const options = { bodyLimit: codecBytes };
    app.post<Call>(`/codec/${direction}`, { ...options, schema: { hide: true } }, answer);
    app.post<Call>(
      `/codec/contact/:practiceId/:contactId/${direction}`,
      { ...options, schema: { hide: true, params } },
      answer,
    );
  }
}

function uiOrigin(config: AppContext['config']): string[] {
  const url = temporalUiUrl(config);
  if (url === undefined) return [];
  const { origin, port, hostname } = new URL(url);
  // People open the local UI by either name.
  return ['localhost', '127.0.0.1'].includes(hostname)
    ? [`http://localhost:${port}`, `http://127.0.0.1:${port}`]
    : [origin];
}

/** Undefined: it is no list of payloads. */
function readPayloads(body: unknown): JsonPayload[] | undefined {
  if (!isObject(body)) return undefined;
  const { payloads } = body;
  if (payloads === undefined || payloads === null) return [];
  return Array.isArray(payloads) && payloads.every(isPayload) ? payloads : undefined;
}

function isPayload(payload: unknown): payload is JsonPayload {
  if (!isObject(payload)) return false;
  const { metadata = {}, data = '' } = payload;
  return (
    typeof data === 'string' &&
    isObject(metadata) &&
    Object.values(metadata).every((value) => typeof value === 'string')
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
