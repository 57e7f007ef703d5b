import { isAbsolute, resolve } from 'node:path';
import type { Pooling } from '../../core/limits/database-limits.ts';
import type { Senders } from '../../core/sender.ts';
import { mailboxCharacters, takesTokens } from '../../core/unsubscribe-mail.ts';
import { parseEncryptionKeys } from './encryption-keys.ts';
import { looksLive, unsafeInLiveMode } from './live-mode.ts';
import { sandboxCredentials } from './sandbox-credentials.ts';
import {
  loginPasswords,
  needsSecret,
  singleSecrets,
  type LoginPasswords,
  type Process,
} from './secrets.ts';
import { hasTemporalTls } from './temporal-environment.ts';
import { proxyProblems } from './trusted-proxies.ts';

/**
 * The environment is read here and nowhere else: once per process, shaped once, every problem in one message.
 * Each variable is described in docs/configuration.md.
 */

export type EncryptionKey = { id: string; key: Buffer };

export type Config = {
  /** Without provider keys everything is sent to our own sandbox, and the practice `demo` exists. */
  mode: 'sandbox' | 'live';
  dataDir: string;
  http: {
    port: number;
    /** The address that the API listens on: in the sandbox, this machine's own. */
    host: string;
    publicUrl: string;
    /** Networks of proxies whose `X-Forwarded-For` is believed; from anybody else it is the caller's invention. */
    trustedProxies: string[];
  };
  database: { kind: 'embedded'; port?: number } | { kind: 'external'; url: string };
  /** What is between the service and PostgreSQL: for how long a connection is its own. */
  databasePooling: Pooling;
  /** For the worker's loops, which look for what was left undone in all practices; absent: the worker's own. */
  sweeperDatabaseUrl?: string;
  /** Of the roles that `npm run migrate` makes (src/platform/db/roles.ts). */
  loginPasswords: LoginPasswords;
  temporal: {
    namespace: string;
    /** Task queue of the contact workflow and its activities (contract). */
    taskQueue: string;
  } & (
    | { kind: 'embedded'; port: number; uiPort: number }
    | { kind: 'external'; address: string; uiUrl?: string }
  );
  sandbox: { port: number };
  resend: { apiKey: string; baseUrl?: string; webhookSecrets: string[] };
  /** `allowV2`: callbacks without a V3 signature may carry the older one, which covers neither query nor body. */
  plivo: { authId: string; authToken: string; baseUrl?: string; allowV2: boolean };
  senders: Senders;
  /** Messages per second that all workers together give to a provider; absent: as many as it takes. */
  rates: { resend?: number; plivo?: number };
  /** An address of a domain that Resend receives mail for; unset: emails offer no unsubscribing by mail. */
  unsubscribeMailbox?: string;
  /** The first encrypts, all decrypt. Empty: `src/platform/config/sandbox-key.ts` keeps one in the data folder (sandbox only). */
  encryptionKeys: EncryptionKey[];
  adminKey?: string;
  /** For `GET /metrics` alone. */
  metricsKey?: string;
  /** Of the worker's `/healthz`, `/readyz` and `/metrics`; absent: it does not listen. */
  workerPort?: number;
  /** The worker appends every root that it signs to this file. */
  ledgerWitness?: string;
  requireEncodedSignals: boolean;
  requireBoundSignals: boolean;
  requireBoundValues: boolean;
  logLevel: string;
};

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(
      `The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${problems.map((p) => `  - ${p}`).join('\n')}`,
    );
    this.problems = problems;
  }
}

/** Throws one {@link ConfigError} that lists every missing or wrong value. `process`: the one whose secrets are needed. */
export function loadConfig(env: NodeJS.ProcessEnv, process: Process = 'service'): Config {
  const problems: string[] = [];
  const text = (name: string): string | undefined => env[name]?.trim() || undefined;
  const port = (name: string, fallback: number): number => {
    const raw = text(name);
    if (raw === undefined) return fallback;
    const value = Number(raw);
    if (Number.isInteger(value) && value >= 1 && value <= 65535) return value;
    problems.push(`${name} must be a port between 1 and 65535, not "${raw}"`);
    return fallback;
  };
  const url = (name: string, protocols: string[]): string | undefined => {
    const raw = text(name);
    if (raw === undefined) return undefined;
    if (URL.canParse(raw) && protocols.includes(new URL(raw).protocol))
      return raw.replace(/\/+$/, '');
    problems.push(`${name} must be a URL that starts with ${protocols.join(' or ')}//`);
    return undefined;
  };
  const list = (name: string): string[] =>
    (text(name) ?? '')
      .split(',')
      .map((entry) => entry.trim())
      .filter(Boolean);
  const flag = (name: string, fallback: boolean): boolean => {
    const raw = text(name)?.toLowerCase();
    if (raw === undefined) return fallback;
    if (['1', 'true', 'on', 'yes'].includes(raw)) return true;
    if (['0', 'false', 'off', 'no'].includes(raw)) return false;
    problems.push(`${name} must be on or off, not "${raw}"`);
    return fallback;
  };

  const mode = text('OPTGATE_MODE');
  if (mode !== undefined && mode !== 'live' && mode !== 'sandbox')
    problems.push(`OPTGATE_MODE must be live or sandbox, not "${mode}"`);
  const hasProviders = text('RESEND_API_KEY') !== undefined || text('PLIVO_AUTH_ID') !== undefined;
  const live = mode === 'live' || hasProviders;
  if (mode === 'sandbox' && hasProviders)
    problems.push('OPTGATE_MODE is sandbox, and RESEND_API_KEY or PLIVO_AUTH_ID is set');
  const needed = (name: string): string => {
    const value = text(name);
    if (value === undefined && needsSecret(process, name))
      problems.push(`${name} is missing: it is needed with real providers (none set: the sandbox)`);
    return value ?? '';
  };

  const rate = (provider: 'resend' | 'plivo', name: string): Config['rates'] => {
    const raw = text(name);
    if (raw === undefined) return live ? { [provider]: messagesPerSecond } : {};
    const value = Number(raw);
    if (value >= 0.01 && value <= 10_000) return { [provider]: value };
    problems.push(`${name} must be a number of messages between 0.01 and 10000, not "${raw}"`);
    return {};
  };

  const httpPort = port('PORT', 3000);
  const sandboxPort = port('SANDBOX_PORT', 3001);
  const dataDir = text('DATA_DIR') ?? '.optgate';
  const databaseUrl = url('DATABASE_URL', ['postgres:', 'postgresql:']);
  const sweeperDatabaseUrl = url('SWEEPER_DATABASE_URL', ['postgres:', 'postgresql:']);
  const pooling = text('DATABASE_POOLING') ?? 'session';
  if (pooling !== 'session' && pooling !== 'transaction')
    problems.push(`DATABASE_POOLING must be session or transaction, not "${pooling}"`);
  const databases = { DATABASE_URL: databaseUrl, SWEEPER_DATABASE_URL: sweeperDatabaseUrl };
  const embeddedDatabasePort = text('POSTGRES_PORT') === undefined ? 0 : port('POSTGRES_PORT', 0);
  const temporalAddress = text('TEMPORAL_ADDRESS');
  const temporalUiUrl = url('TEMPORAL_UI_URL', ['http:', 'https:']);
  const resendBaseUrl = url('RESEND_BASE_URL', ['http:', 'https:']);
  const plivoBaseUrl = url('PLIVO_BASE_URL', ['http:', 'https:']);
  const allowV2 = flag('PLIVO_ALLOW_V2_SIGNATURES', false);
  if (live && text('RESEND_DEBUG') !== undefined)
    problems.push('RESEND_DEBUG must not be set with real providers: it prints whole emails');
  const encryptionKeys = parseEncryptionKeys(list('ENCRYPTION_KEYS'), problems);
  if (live && encryptionKeys.length === 0 && text('ENCRYPTION_KEYS') === undefined)
    problems.push(
      'ENCRYPTION_KEYS is missing: `id:base64` of 32 random bytes, e.g. from `openssl rand -base64 32`',
    );
  const publicUrl = url('PUBLIC_URL', ['http:', 'https:']);
  if (live && publicUrl === undefined && text('PUBLIC_URL') === undefined)
    problems.push('PUBLIC_URL is missing: people and providers must reach this service by it');

  if (!live && mode === undefined)
    problems.push(...looksLive({ publicUrl, host: text('HOST'), databases, temporalAddress }));
  const trustedProxies = list('TRUSTED_PROXIES');
  problems.push(...proxyProblems(trustedProxies, live));
  const emailFrom = text('EMAIL_FROM') ?? (live ? undefined : sandboxCredentials.emailFrom);
  const smsFrom = text('SMS_FROM') ?? (live ? undefined : sandboxCredentials.smsFrom);
  const unsubscribeMailbox = text('UNSUBSCRIBE_MAILBOX');
  if (unsubscribeMailbox !== undefined && !takesTokens(unsubscribeMailbox))
    problems.push(
      `UNSUBSCRIBE_MAILBOX must be an email address without "+" and with at most ${mailboxCharacters} characters before the @`,
    );
  const adminKey = text('ADMIN_KEY');
  const metricsKey = text('METRICS_KEY');
  const workerPort = text('WORKER_PORT') === undefined ? 0 : port('WORKER_PORT', 0);
  const ledgerWitness = text('LEDGER_WITNESS');
  const config: Config = {
    mode: live ? 'live' : 'sandbox',
    dataDir: isAbsolute(dataDir) ? dataDir : resolve(dataDir),
    http: {
      port: httpPort,
      host: text('HOST') ?? (live ? '0.0.0.0' : '127.0.0.1'),
      publicUrl: publicUrl ?? `http://localhost:${httpPort}`,
      trustedProxies,
    },
    database: databaseUrl
      ? { kind: 'external', url: databaseUrl }
      : { kind: 'embedded', ...(embeddedDatabasePort ? { port: embeddedDatabasePort } : {}) },
    databasePooling: pooling === 'transaction' ? 'transaction' : 'session',
    ...(sweeperDatabaseUrl ? { sweeperDatabaseUrl } : {}),
    loginPasswords: loginPasswords(text),
    temporal: {
      namespace: text('TEMPORAL_NAMESPACE') ?? 'default',
      taskQueue: 'contacts',
      ...(temporalAddress
        ? {
            kind: 'external',
            address: temporalAddress,
            ...(temporalUiUrl ? { uiUrl: temporalUiUrl } : {}),
          }
        : {
            kind: 'embedded',
            port: port('TEMPORAL_PORT', 7233),
            uiPort: port('TEMPORAL_UI_PORT', 8233),
          }),
    },
    sandbox: { port: sandboxPort },
    resend: live
      ? {
          apiKey: needed('RESEND_API_KEY'),
          webhookSecrets: (needed('RESEND_WEBHOOK_SECRET'), list('RESEND_WEBHOOK_SECRET')),
          ...(resendBaseUrl ? { baseUrl: resendBaseUrl } : {}),
        }
      : {
          apiKey: sandboxCredentials.resendApiKey,
          baseUrl: resendBaseUrl ?? `http://127.0.0.1:${sandboxPort}/resend`,
          webhookSecrets: [sandboxCredentials.resendWebhookSecret],
        },
    plivo: live
      ? {
          authId: needed('PLIVO_AUTH_ID'),
          authToken: needed('PLIVO_AUTH_TOKEN'),
          allowV2,
          ...(plivoBaseUrl ? { baseUrl: plivoBaseUrl } : {}),
        }
      : {
          authId: sandboxCredentials.plivoAuthId,
          authToken: sandboxCredentials.plivoAuthToken,
          allowV2,
          baseUrl: plivoBaseUrl ?? `http://127.0.0.1:${sandboxPort}/plivo`,
        },
    rates: {
      ...rate('resend', 'RESEND_MESSAGES_PER_SECOND'),
      ...rate('plivo', 'PLIVO_MESSAGES_PER_SECOND'),
    },
    senders: {
      ...(emailFrom ? { emailFrom } : {}),
      ...(smsFrom ? { smsFrom } : {}),
      ...(live && !flag('ALLOW_SHARED_SMS_FROM', false) ? { asksFromOwnNumber: true } : {}),
    },
    ...(unsubscribeMailbox ? { unsubscribeMailbox } : {}),
    encryptionKeys,
    ...(adminKey ? { adminKey } : {}),
    ...(metricsKey ? { metricsKey } : {}),
    ...(workerPort ? { workerPort } : {}),
    ...(ledgerWitness ? { ledgerWitness: resolve(ledgerWitness) } : {}),
    requireEncodedSignals: flag('REQUIRE_ENCODED_SIGNALS', live),
    requireBoundSignals: flag('REQUIRE_BOUND_SIGNALS', live),
    requireBoundValues: flag('REQUIRE_BOUND_VALUES', false),
    logLevel: text('LOG_LEVEL') ?? 'info',
  };
  if (live)
    problems.push(
      ...unsafeInLiveMode({
        publicUrl,
        adminKey,
        encryptionKeys,
        secrets: [
          ...list('RESEND_WEBHOOK_SECRET').map(
            (value) => ['RESEND_WEBHOOK_SECRET', value] as const,
          ),
          ...singleSecrets.flatMap((name) => {
            const value = text(name);
            return value === undefined ? [] : [[name, value] as const];
          }),
        ],
        publicSecrets: Object.values(sandboxCredentials),
        databases,
        temporalAddress,
        temporalTls: hasTemporalTls(env),
        providerUrls: [
          ['RESEND_BASE_URL', resendBaseUrl, 'api.resend.com'],
          ['PLIVO_BASE_URL', plivoBaseUrl, 'api.plivo.com'],
        ],
        takesClearSignals: !config.requireEncodedSignals,
        allow: {
          plainTransport: flag('ALLOW_PLAIN_TRANSPORT', false),
          otherProviders: flag('ALLOW_OTHER_PROVIDERS', false),
          clearSignals: flag('ALLOW_CLEAR_SIGNALS', false),
        },
      }),
    );
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

/**
 * The rate of a new account: five requests a second at Resend (https://resend.com/docs/api-reference/rate-limit), and
 * at Plivo about what one number's carriers take. Installations with more set it in the environment.
 */
const messagesPerSecond = 5;
