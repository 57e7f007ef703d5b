import { randomBytes } from 'node:crypto';
import { isAbsolute, resolve } from 'node:path';
import { normaliseEmail } from './domain/address.ts';

/**
 * The environment is read here and nowhere else: once per process, shaped once, every problem in one message.
 * Each variable is described in README.md, "Configuration".
 */

export type EncryptionKey = { id: string; key: Buffer };

export type Config = {
  /** Without provider keys everything is sent to our own sandbox, and the practice `demo` exists. */
  mode: 'sandbox' | 'live';
  dataDir: string;
  http: { port: number; publicUrl: string };
  database: { kind: 'embedded'; port?: number } | { kind: 'external'; url: string };
  temporal: {
    namespace: string;
    /** Task queue of the contact workflow and its activities (contract). */
    taskQueue: 'contacts';
  } & (
    | { kind: 'embedded'; port: number; uiPort: number }
    | { kind: 'external'; address: string; uiUrl?: string }
  );
  sandbox: { port: number };
  resend: { apiKey: string; baseUrl?: string; webhookSecrets: string[] };
  /** `allowV2`: callbacks without a V3 signature may carry the older one, which covers neither query nor body. */
  plivo: { authId: string; authToken: string; baseUrl?: string; allowV2: boolean };
  senders: { emailFrom?: string; smsFrom?: string };
  /** Messages per second that all workers together give to a provider; absent: as many as it takes. */
  rates: { resend?: number; plivo?: number };
  /** An address of a domain that Resend receives mail for; unset: emails offer no unsubscribing by mail. */
  unsubscribeMailbox?: string;
  /** The first encrypts, all decrypt. Empty: `src/keys.ts` keeps one in the data folder (sandbox only). */
  encryptionKeys: EncryptionKey[];
  adminKey?: string;
  /** The worker appends every root that it signs to this file. */
  ledgerWitness?: string;
  requireEncodedSignals: boolean;
  logLevel: string;
};

/** What the sandbox accepts when no real provider is configured. Public knowledge, worth nothing elsewhere. */
export const sandboxCredentials = {
  resendApiKey: 're_sandbox_0000000000000000',
  resendWebhookSecret: `whsec_${Buffer.from('optgate-sandbox-webhook-secret-0').toString('base64')}`,
  plivoAuthId: 'MASANDBOX00000000000',
  plivoAuthToken: 'sandbox-plivo-auth-token-0000000000000000',
  emailFrom: 'hello@demo-practice.example',
  smsFrom: '+12025550100',
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

/** Throws one {@link ConfigError} that lists every missing or wrong value. */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
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

  const live = text('RESEND_API_KEY') !== undefined || text('PLIVO_AUTH_ID') !== undefined;
  const needed = (name: string): string => {
    const value = text(name);
    if (value === undefined)
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

  const emailFrom = text('EMAIL_FROM') ?? (live ? undefined : sandboxCredentials.emailFrom);
  const smsFrom = text('SMS_FROM') ?? (live ? undefined : sandboxCredentials.smsFrom);
  const unsubscribeMailbox = text('UNSUBSCRIBE_MAILBOX');
  if (unsubscribeMailbox !== undefined && !isUnsubscribeMailbox(unsubscribeMailbox))
    problems.push(
      `UNSUBSCRIBE_MAILBOX must be an email address without "+" and with at most ${mailboxCharacters} characters before the @`,
    );
  const adminKey = text('ADMIN_KEY');
  const ledgerWitness = text('LEDGER_WITNESS');
  const config: Config = {
    mode: live ? 'live' : 'sandbox',
    dataDir: isAbsolute(dataDir) ? dataDir : resolve(dataDir),
    http: { port: httpPort, publicUrl: publicUrl ?? `http://localhost:${httpPort}` },
    database: databaseUrl
      ? { kind: 'external', url: databaseUrl }
      : { kind: 'embedded', ...(embeddedDatabasePort ? { port: embeddedDatabasePort } : {}) },
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
    senders: { ...(emailFrom ? { emailFrom } : {}), ...(smsFrom ? { smsFrom } : {}) },
    ...(unsubscribeMailbox ? { unsubscribeMailbox } : {}),
    encryptionKeys,
    ...(adminKey ? { adminKey } : {}),
    ...(ledgerWitness ? { ledgerWitness: resolve(ledgerWitness) } : {}),
    requireEncodedSignals: flag('REQUIRE_ENCODED_SIGNALS', live),
    logLevel: text('LOG_LEVEL') ?? 'info',
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

/**
 * What a new account may do: five requests a second at Resend (https://resend.com/docs/api-reference/rate-limit), and at
 * Plivo about what one number's carriers take. Whoever may do more says so in the environment.
 */
const messagesPerSecond = 5;

/** A token of 43 characters and its + come before the @ too, where at most 64 may stand (RFC 5321, 4.5.3.1.1). */
const mailboxCharacters = 20;

function isUnsubscribeMailbox(mailbox: string): boolean {
  const local = mailbox.split('@')[0] ?? '';
  return (
    normaliseEmail(mailbox) !== undefined &&
    local.length <= mailboxCharacters &&
    !local.includes('+')
  );
}

function parseEncryptionKeys(entries: string[], problems: string[]): EncryptionKey[] {
  const keys: EncryptionKey[] = [];
  for (const [index, entry] of entries.entries()) {
    const colon = entry.indexOf(':');
    const id = entry.slice(0, Math.max(colon, 0));
    const key = Buffer.from(entry.slice(colon + 1), 'base64');
    // The key itself is never repeated in a message.
    if (!/^[A-Za-z0-9_-]{1,32}$/.test(id) || key.length !== 32)
      problems.push(`ENCRYPTION_KEYS entry ${index + 1} must be \`id:base64\` of exactly 32 bytes`);
    else if (keys.some((other) => other.id === id))
      problems.push(`ENCRYPTION_KEYS names the key "${id}" twice`);
    else keys.push({ id, key });
  }
  return keys;
}

export function newEncryptionKey(id: string): string {
  return `${id}:${randomBytes(32).toString('base64')}`;
}
