import type { Payload } from '@temporalio/common';
import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';
import { equalSecrets } from '../../db/cipher.ts';
import { AppError } from '../../errors.ts';
import { createPayloadCodec } from '../../temporal/payload-codec.ts';
import { temporalUiUrl } from '../../temporal/ui-address.ts';
import { bearer } from '../auth.ts';
import type { AppContext } from '../context.ts';

/** Bytes of one call: a page of a history. */
const codecBytes = 16 * 1024 * 1024;

type JsonPayload = { metadata?: Record<string, string>; data?: string };

/**
 * The codec endpoint of the Temporal UI and the `temporal` command line (remote codec protocol: payloads as protobuf
 * JSON, bytes in base64). It opens what people wrote, so it wants the admin key; the sandbox, whose people do not
 * exist, is open to its own Temporal UI.
 */
export async function registerCodec(app: FastifyInstance, context: AppContext): Promise<void> {
  const { config } = context;
  const codec = createPayloadCodec(config.encryptionKeys);
  await app.register(cors, {
    origin: uiOrigin(config),
    methods: ['POST'],
    allowedHeaders: ['content-type', 'authorization', 'x-namespace'],
  });
  app.addHook('preHandler', async (request) => {
    if (config.adminKey === undefined && config.mode === 'sandbox') return;
    const key = bearer(request);
    if (config.adminKey === undefined || key === undefined || !equalSecrets(key, config.adminKey))
      throw new AppError('unauthorized');
  });
  for (const direction of ['encode', 'decode'] as const)
    app.post<{ Body: { payloads?: JsonPayload[] } | null }>(
      `/codec/${direction}`,
      { bodyLimit: codecBytes, schema: { hide: true } },
      async (request) => {
        const { payloads } = request.body ?? {};
        if (!Array.isArray(payloads)) throw new AppError('bad_request');
        const result = await codec[direction](payloads.map(fromJson));
        return { payloads: result.map(toJson) };
      },
    );
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

function fromJson(payload: JsonPayload): Payload {
  return {
    metadata: Object.fromEntries(
      Object.entries(payload.metadata ?? {}).map(([name, value]) => [
        name,
        Buffer.from(value, 'base64'),
      ]),
    ),
    data: Buffer.from(payload.data ?? '', 'base64'),
  };
}

function toJson(payload: Payload): JsonPayload {
  return {
    metadata: Object.fromEntries(
      Object.entries(payload.metadata ?? {}).map(([name, value]) => [
        name,
        Buffer.from(value).toString('base64'),
      ]),
    ),
    data: Buffer.from(payload.data ?? []).toString('base64'),
  };
}
