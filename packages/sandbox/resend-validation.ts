import { parseMailbox } from './addresses.ts';
import { limits } from './limits.ts';
import { emailOutcome, unverifiedDomain } from './magic.ts';

/** An email as Resend accepts it, checked. */
export type CheckedEmail = {
  from: string;
  to: string[];
  cc: string[];
  bcc: string[];
  replyTo: string[];
  subject: string;
  text: string;
  html?: string;
  headers: Record<string, string>;
  tags: Record<string, string>;
};

/** https://resend.com/docs/api-reference/errors */
export type ResendError = { statusCode: number; name: string; message: string };

type Fields = Record<string, unknown>;

const mailboxRule =
  'The email address needs to follow the `email@example.com` or `Name <email@example.com>` format.';

/**
 * Checks in the order in which Resend complains: missing fields, then wrong ones. The texts quote the offending value,
 * as Resend's do, so that a client that logs them shows up here.
 */
export function checkEmail(body: unknown, call: 'single' | 'batch'): CheckedEmail | ResendError {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return invalid('The request body must be a JSON object.');
  const fields = body as Fields;
  const missing = ['from', 'to', 'subject'].find((name) => isEmpty(fields[name]));
  if (missing !== undefined) return missingField(missing);
  if (isEmpty(fields.html) && isEmpty(fields.text)) return missingField('html` or `text');

  for (const name of ['subject', 'html', 'text'])
    if (fields[name] !== undefined && fields[name] !== null && typeof fields[name] !== 'string')
      return invalid(`The \`${name}\` field must be a \`string\`.`);
  if (/[\r\n]/.test(fields.subject as string))
    return invalid('The `\\n` is not allowed in the `subject` field.');

  const fromError = checkFrom(fields.from);
  if (fromError !== undefined) return fromError;
  const lists: Record<string, string[]> = {};
  for (const name of ['to', 'cc', 'bcc', 'reply_to']) {
    const list = readAddresses(name, fields[name]);
    if (!Array.isArray(list)) return list;
    lists[name] = list;
  }
  const { to = [], cc = [], bcc = [], reply_to: replyTo = [] } = lists;
  const refused = [...to, ...cc, ...bcc].find(
    (address) => emailOutcome(bare(address)) === 'refused',
  );
  if (refused !== undefined)
    return invalid(`Invalid \`to\` field. The address ${refused} cannot receive email.`);

  const headers = readHeaders(fields.headers);
  if ('statusCode' in headers) return headers as ResendError;
  const tags = readTags(fields.tags);
  if ('statusCode' in tags) return tags as unknown as ResendError;
  if (call === 'batch' && !isEmpty(fields.attachments))
    return invalid('The `attachments` field is not supported in batch emails.');
  if (!isEmpty(fields.scheduled_at)) return invalid('The sandbox does not emulate `scheduled_at`.');
  if (!isEmpty(fields.template)) return invalid('The sandbox does not emulate `template`.');

  return {
    from: fields.from as string,
    to,
    cc,
    bcc,
    replyTo,
    subject: fields.subject as string,
    text: typeof fields.text === 'string' ? fields.text : '',
    ...(typeof fields.html === 'string' ? { html: fields.html } : {}),
    headers: headers,
    tags: tags,
  };
}

export function invalid(message: string): ResendError {
  return { statusCode: 422, name: 'validation_error', message };
}

function missingField(name: string): ResendError {
  return { statusCode: 422, name: 'missing_required_field', message: `Missing \`${name}\` field.` };
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    (Array.isArray(value) && value.length === 0)
  );
}

function bare(mailbox: string): string {
  return parseMailbox(mailbox) ?? mailbox;
}

function checkFrom(from: unknown): ResendError | undefined {
  const address = typeof from === 'string' ? parseMailbox(from) : undefined;
  if (address === undefined)
    return {
      statusCode: 422,
      name: 'invalid_from_address',
      message: `Invalid \`from\` field. ${mailboxRule}`,
    };
  const domain = address.split('@')[1]?.toLowerCase();
  if (domain === unverifiedDomain)
    return {
      statusCode: 403,
      name: 'validation_error',
      message: `The ${domain} domain is not verified. Please, add and verify your domain on https://resend.com/domains`,
    };
  return undefined;
}

function readAddresses(name: string, value: unknown): string[] | ResendError {
  const list = value === undefined || value === null ? [] : [value].flat();
  if (list.length > limits.recipientsPerEmail)
    return invalid(
      `The \`${name}\` field must not have more than ${limits.recipientsPerEmail} items.`,
    );
  for (const entry of list)
    if (typeof entry !== 'string' || parseMailbox(entry) === undefined)
      return invalid(`Invalid \`${name}\` field "${String(entry)}". ${mailboxRule}`);
  return list as string[];
}

function readHeaders(value: unknown): Record<string, string> | ResendError {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value))
    return invalid('The `headers` field must be an `object`.');
  for (const [name, content] of Object.entries(value))
    if (!/^[!-9;-~]+$/.test(name) || typeof content !== 'string' || /[\r\n]/.test(content))
      return invalid(`The \`headers\` field "${name}" is not valid.`);
  return { ...(value as Record<string, string>) };
}

function readTags(value: unknown): Record<string, string> | ResendError {
  if (value === undefined || value === null) return {};
  if (!Array.isArray(value)) return invalid('The `tags` field must be an `array`.');
  if (value.length > limits.tagsPerEmail)
    return invalid(`The \`tags\` field must not have more than ${limits.tagsPerEmail} items.`);
  const tags: Record<string, string> = {};
  for (const tag of value as (Fields | null)[]) {
    const { name, value: content } = tag ?? {};
    for (const part of [name, content])
      if (typeof part !== 'string' || part === '' || part.length > limits.tagCharacters)
        return invalid('The `tags` need a `name` and a `value` of at most 256 characters.');
      else if (!/^[A-Za-z0-9_-]+$/.test(part))
        return invalid(
          'Tags should only contain ASCII letters, numbers, underscores, or dashes (`tags`).',
        );
    tags[name as string] = content as string;
  }
  return tags;
}
