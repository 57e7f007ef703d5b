import dns from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { RequestFilteringHttpsAgent } from 'request-filtering-agent';
import { Webhook } from 'standardwebhooks';
import { limits } from '../../core/limits.ts';
import { isPublicAddress, isPublicHost } from '../../core/webhook-url.ts';
import type { PostWebhook, WebhookAnswer, WebhookCall } from './webhook-sender.ts';
import { parseRetryAfterMs } from '../../channels/waits.ts';

/** Many servers close an idle connection after 5 s: ours is closed a little before, in ms. */
const idleMs = 4_000;
const agentOptions = { keepAlive: true, timeout: idleMs };

const notPublic = 'the address is not public';
class NotPublicError extends Error {}

/**
 * Finds addresses as Node does, and refuses what the agent alone would take: one rule with the URL's own check
 * (src/core/webhook-url.ts).
 */
const publicLookup: LookupFunction = (name, options, found) => {
  dns.lookup(name, options, (error, address, family) => {
    const addresses = error
      ? []
      : [address].flat().map((one) => (typeof one === 'string' ? one : one.address));
    const isPublic = addresses.every(isPublicAddress);
    found(error ?? (isPublic ? null : new NotPublicError()), address, family);
  });
};

/**
 * Posts events to the practices' own systems. Strangers typed their addresses, so none may reach into our network: with
 * `publicOnly` the agent checks the address that it really connects to, whatever the name resolved to a moment before.
 * A redirect is a failure and never followed; an answer's body is dropped.
 */
export function createWebhookPost({
  publicOnly,
  timeoutMs = limits.webhookTimeoutMs,
}: {
  publicOnly: boolean;
  timeoutMs?: number;
}): PostWebhook {
  const agents = {
    'https:': publicOnly
      ? new RequestFilteringHttpsAgent({ ...agentOptions, lookup: publicLookup })
      : new https.Agent(agentOptions),
    // Without TLS there is only the sandbox.
    'http:': publicOnly ? undefined : new http.Agent(agentOptions),
  };
  return async (call, abandoned) => {
    const agent = agents[new URL(call.url).protocol as keyof typeof agents];
    if (!agent) return { ok: false, problem: 'the address is not https' };
    // An address in the URL itself is looked up nowhere.
    if (publicOnly && !isPublicHost(new URL(call.url).hostname))
      return { ok: false, problem: notPublic };
    // Not AbortSignal.any: it would add a listener for each call to a signal that lives as long as the process.
    const end = new AbortController();
    const abort = (): void => end.abort();
    const timer = setTimeout(abort, timeoutMs);
    abandoned?.addEventListener('abort', abort, { once: true });
    try {
      return read(await send(call, agent, end.signal));
    } catch (error) {
      return { ok: false, problem: phraseOf(error) };
    } finally {
      clearTimeout(timer);
      abandoned?.removeEventListener('abort', abort);
    }
  };
}

type Answer = { status: number; retryAfter: string | undefined };

/** The connection was kept and the receiver closed it meanwhile: it never saw the request. */
class StaleConnection extends Error {}

async function send(call: WebhookCall, agent: http.Agent, signal: AbortSignal): Promise<Answer> {
  for (;;)
    try {
      return await attempt(call, agent, signal);
    } catch (error) {
      if (!(error instanceof StaleConnection)) throw error;
    }
}

function attempt(call: WebhookCall, agent: http.Agent, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = (agent instanceof https.Agent ? https : http).request(call.url, {
      method: 'POST',
      agent,
      signal,
      headers: headersOf(call),
    });
    let answer: Answer | undefined;
    // However it goes on, it ends with the time that it has, and with its connection.
    const end = (code: string) => (): void =>
      answer ? resolve(answer) : reject(Object.assign(new Error('no answer'), { code }));
    signal.addEventListener('abort', end('ABORT_ERR'), { once: true });
    request.on('close', end('ECONNRESET'));
    // 101 to a request that asked for no other protocol: no answer of HTTP comes any more.
    request.on('upgrade', ({ statusCode = 101 }, socket) => {
      socket.destroy();
      resolve({ status: statusCode, retryAfter: undefined });
    });
    request.on('response', (response) => {
      answer = {
        status: response.statusCode ?? 0,
        retryAfter: response.headers['retry-after'],
      };
      const said = answer;
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > limits.webhookAnswerBytes) response.destroy();
      });
      // However the body ended: the status was said.
      response.on('error', () => undefined);
      response.on('close', () => resolve(said));
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      if (answer) resolve(answer);
      else if (request.reusedSocket && error.code === 'ECONNRESET') reject(new StaleConnection());
      else reject(error);
    });
    request.end(call.body);
  });
}

function headersOf({ id, body, secrets, at }: WebhookCall): Record<string, string | number> {
  return {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'user-agent': 'Optgate-Webhooks/1',
    'webhook-id': id,
    'webhook-timestamp': Math.floor(at.getTime() / 1_000),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
  };
}

function read({ status, retryAfter }: Answer): WebhookAnswer {
  if (status >= 200 && status < 300) return { ok: true, status };
  const retryAfterMs = parseRetryAfterMs(retryAfter);
  return {
    ok: false,
    status,
    problem: status >= 300 && status < 400 ? `HTTP ${status}, not followed` : `HTTP ${status}`,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

const phrases: Record<string, string> = {
  ABORT_ERR: 'no answer in time',
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection broke',
  ENOTFOUND: 'the name has no address',
};

/** Never the error's own text: it may quote the address that a stranger's name resolves to. */
function phraseOf(error: unknown): string {
  if (error instanceof NotPublicError) return notPublic;
  const { code, message } = error as { code?: unknown; message?: unknown };
  // The agent's refusal is known by its words alone.
  if (code === undefined && /is not allowed/.test(String(message))) return notPublic;
  if (typeof code !== 'string' || !/^[A-Z][A-Z0-9_]{1,60}$/.test(code)) return 'no connection';
  return phrases[code] ?? `no connection (${code})`;
}
