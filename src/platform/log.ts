import { pino, type Logger } from 'pino';

/**
 * Logs hold ids, states and codes. `redact` is the second line: should an object that carries a person's data be
 * logged one day, these fields do not get out.
 */
export function createLogger(role: string, level: string): Logger {
  return pino({
    level,
    base: { role },
    redact: {
      paths: [
        'name',
        'email',
        'phone',
        'fax',
        'address',
        'to',
        'from',
        'text',
        'html',
        'subject',
        'body',
      ].flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
      censor: '[redacted]',
    },
  });
}
