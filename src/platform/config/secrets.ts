/**
 * The secrets at the providers that a process works with. A live one does not start without its own, and needs none of
 * the others': a process that was broken into gives away what it had.
 */
const usedBy = {
  /** Checks the signatures of webhooks. */
  api: ['RESEND_WEBHOOK_SECRET', 'PLIVO_AUTH_TOKEN'],
  /** Sends. */
  worker: ['RESEND_API_KEY', 'PLIVO_AUTH_ID', 'PLIVO_AUTH_TOKEN'],
  sandbox: [],
  /** Migrations and `npm run admin`. */
  operator: [],
  /** All of them, under one supervisor. */
  service: ['RESEND_API_KEY', 'RESEND_WEBHOOK_SECRET', 'PLIVO_AUTH_ID', 'PLIVO_AUTH_TOKEN'],
} as const;

export type Process = keyof typeof usedBy;

export function needsSecret(process: Process, name: string): boolean {
  return (usedBy[process] as readonly string[]).includes(name);
}

/** Variables with the passwords of the database's roles (src/platform/db/roles.ts), which `npm run migrate` makes with them. */
const loginPasswordNames = {
  api: 'API_DATABASE_PASSWORD',
  worker: 'WORKER_DATABASE_PASSWORD',
  sweeper: 'SWEEPER_DATABASE_PASSWORD',
} as const;

export type LoginPasswords = { [login in keyof typeof loginPasswordNames]?: string };

export function loginPasswords(valueOf: (name: string) => string | undefined): LoginPasswords {
  return Object.fromEntries(
    Object.entries(loginPasswordNames)
      .map(([login, name]) => [login, valueOf(name)] as const)
      .filter(([, value]) => value !== undefined),
  );
}

/** Secrets of every process that are one value each: none may be guessable in a live service. */
export const singleSecrets = [
  'RESEND_API_KEY',
  'PLIVO_AUTH_ID',
  'PLIVO_AUTH_TOKEN',
  'METRICS_KEY',
  ...Object.values(loginPasswordNames),
] as const;
