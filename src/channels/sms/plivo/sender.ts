import { createRequire } from 'node:module';
import { Client } from 'plivo';
import { ProviderError } from '../../sender.ts';
import type { SmsSender } from '../../sender.ts';
import { parseRetryAfterMs, waits } from '../../waits.ts';

/** SMS through Plivo, with numbers and texts kept out of Plivo's own logs (`log: false`). */
export function createPlivoSender(options: {
  authId: string;
  authToken: string;
  baseUrl?: string;
}): SmsSender {
  const baseUrl = options.baseUrl ?? 'https://api.plivo.com';
  prepareSdkTransport(baseUrl);
  const clientFor = (timeoutMs: number): Client =>
    new Client(options.authId, options.authToken, {
      url: `${baseUrl}/v1/Account/${options.authId}`,
      timeout: timeoutMs,
    });
  // The SDK takes the timeout per client, callers use one or two values: the last one is kept.
  let last: { timeoutMs: number; client: Client } | undefined;

  return {
    async sendSms(sms, { timeoutMs }) {
      if (sms.from === '' || sms.to === '' || sms.text === '')
        throw new ProviderError(
          'rejected',
          'invalid_request',
          'Sender, number or text is missing.',
        );
      if (last?.timeoutMs !== timeoutMs) last = { timeoutMs, client: clientFor(timeoutMs) };
      // Positional: the object form drops `log: false`. The options are changed by the SDK: always fresh.
      const call = last.client.messages.create(sms.from, sms.to, sms.text, {
        url: sms.statusUrl,
        method: 'POST',
        log: false,
      });
      const answer = await call.catch((error: unknown) => {
        throw normalisePlivoError(error);
      });
      return { providerId: readMessageId(answer) };
    },
  };
}

function readMessageId(answer: unknown): string {
  const { messageUuid, invalid_number: invalidNumbers } = (answer ?? {}) as {
    messageUuid?: unknown;
    invalid_number?: unknown;
  };
  const providerId: unknown = [messageUuid].flat()[0];
  if (typeof providerId === 'string' && providerId !== '') return providerId;
  if (Array.isArray(invalidNumbers) && invalidNumbers.length > 0)
    throw new ProviderError('rejected', 'invalid_number', 'The provider refused the number.');
  throw new ProviderError(
    'ambiguous',
    'malformed_answer',
    'The provider answered without an id for the message.',
  );
}

/**
 * The one place that reads the Plivo SDK's errors, which come in three shapes: an object with `status`
 * (and the whole request, number and text, in `moreInfo`), a plain Error that has the status only in its
 * text (402, 429, 503), and a string, the stack of a connection error.
 *
 * An SMS has no idempotency key, so the line between "not taken" and "maybe taken" is drawn here:
 * - 500, 502, 504: `ambiguous`. The message may have been queued before something broke.
 * - 503: `throttled`. RFC 9110, 15.6.4: the server is unable to handle the request; gateways that lost the
 *   answer of a server behind them say 502 or 504.
 * - 401, 402: `throttled`. Key or credit is the trouble, the messages must not be lost to it.
 */
export function normalisePlivoError(error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  if (typeof error === 'string') return normaliseConnectionError(error);
  const { status: ownStatus, message } = (error ?? {}) as { status?: unknown; message?: unknown };
  const text = typeof message === 'string' ? message : '';
  const status =
    typeof ownStatus === 'number'
      ? ownStatus
      : Number(/status code (\d{3})/.exec(text)?.[1] ?? NaN);
  const code = Number.isNaN(status) ? 'client_error' : `http_${status}`;
  const retryAfterMs = parseRetryAfterMs(retryAfterNote.exec(text)?.[1]);
  const throttled = (reason: string, defaultMs: number): ProviderError =>
    new ProviderError('throttled', code, reason, retryAfterMs ?? defaultMs);

  switch (status) {
    case 401:
      return throttled('The provider does not accept our credentials.', waits.credentialsMs);
    case 402:
      return throttled('The SMS account has no credit left.', waits.creditMs);
    case 429:
      return throttled('The provider is limiting our rate.', waits.rateLimitMs);
    case 503:
      return throttled('The provider is unavailable.', waits.unavailableMs);
    case 403:
      return new ProviderError('rejected', code, 'The provider does not send to this destination.');
    case 408:
      return new ProviderError('ambiguous', 'timeout', 'The provider did not answer in time.');
  }
  if (status >= 400 && status < 500)
    return new ProviderError('rejected', code, `The provider refused it (HTTP ${status}).`);
  return new ProviderError(
    'ambiguous',
    code,
    Number.isNaN(status) ? 'The call failed.' : `The provider answered HTTP ${status}.`,
  );
}

/** Errors that come before the first byte of the request leaves; anything else may have been taken. */
const neverConnected =
  /\b(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|connect ETIMEDOUT|CERT_[A-Z_]+|self-signed certificate|unable to verify the first certificate)\b/;

function normaliseConnectionError(stack: string): ProviderError {
  const firstLine = stack.split('\n', 1)[0] ?? '';
  const match = neverConnected.exec(firstLine);
  if (match !== null)
    return new ProviderError('not_sent', 'connection_refused', 'The provider cannot be reached.');
  if (/timeout of \d+ms exceeded|CanceledError/.test(firstLine))
    return new ProviderError('ambiguous', 'timeout', 'The provider did not answer in time.');
  return new ProviderError('ambiguous', 'connection_lost', 'The connection to the provider broke.');
}

const retryAfterNote = /; retry-after=([^;]+);/;
const preparedTransports = new WeakSet<object>();

type SdkTransport = {
  defaults: { proxy?: false };
  interceptors: {
    request: { use(onRequest: (config: SdkRequest) => SdkRequest): void };
    response: { use(onAnswer: undefined, onError: (error: unknown) => Promise<never>): void };
  };
};

type SdkRequest = { timeout?: number; signal?: AbortSignal };

/**
 * Fixes three things in the axios copy the SDK loads (its own, nobody else uses it). The SDK drops `Retry-After`, so it
 * is noted in the error's text, which the SDK keeps. Axios would send calls to our own sandbox through `HTTP_PROXY`, so
 * proxies are off for a loopback address. And its timeout counts idle time of a socket: an answer that trickles would
 * outlast it, and a call that waits for one of the SDK's 100 sockets would leave long after its caller gave up.
 */
function prepareSdkTransport(baseUrl: string): void {
  const sdkPath = createRequire(import.meta.url).resolve('plivo');
  const transport = createRequire(sdkPath)('axios') as SdkTransport;
  if (isLoopback(new URL(baseUrl).hostname)) transport.defaults.proxy = false;
  if (preparedTransports.has(transport)) return;
  preparedTransports.add(transport);
  transport.interceptors.request.use((config) =>
    config.timeout ? { ...config, signal: AbortSignal.timeout(config.timeout) } : config,
  );
  transport.interceptors.response.use(undefined, (error: unknown) => {
    const failure = error as { message?: string; response?: { headers?: Record<string, unknown> } };
    const retryAfter = failure.response?.headers?.['retry-after'];
    if (typeof retryAfter === 'string') failure.message += `; retry-after=${retryAfter};`;
    return Promise.reject(failure);
  });
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}
