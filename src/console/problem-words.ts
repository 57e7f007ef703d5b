import type { ErrorCode } from '../platform/errors.ts';
import type { FieldProblem } from './views/fields.tsx';
import type { Problem } from './views/said.tsx';
import type { ApiProblem } from './api-client.ts';

/**
 * Refusals of the API in a front desk's words. Codes and validators speak to programs: none of their words is shown to
 * staff. A new code needs a sentence here before it compiles.
 */
const sentences: Record<ErrorCode | 'contact_exists' | 'sender_missing', string> = {
  sender_missing:
    'Nobody can be asked yet: fill in your practice’s own details in the settings first.',
  doubtful_stop: 'A reply may be a stop. Settle it first.',
  no_open_request:
    'This can’t be counted as a yes: they were not asked, or a later reply speaks against it.',
  already_resolved: 'Somebody settled this reply differently a moment ago.',
  not_resolvable: 'There is nothing to settle about this reply.',
  nothing_to_settle: 'Nothing is held here any more, so there is nothing to settle.',
  contact_exists: 'There is a contact with this chart number already. Search for it to change it.',
  bad_request: 'That could not be read. Reload the page and try again.',
  unauthorized: 'You are signed out. Sign in again.',
  forbidden: 'Your sign-in does not allow this.',
  sender_not_allotted:
    'Not saved yet: this is not set up for your practice. Ask the people who run Optgate for you.',
  not_found: 'We couldn’t find that contact or message.',
  method_not_allowed: 'That cannot be done here.',
  already_accepted: 'They have already agreed: there is nothing to ask.',
  revoked: 'They asked us to stop here, so we can’t ask again. They can start again themselves.',
  declined: 'They said no. To ask again, use “Ask again…” and say why.',
  nothing_to_undo: 'It is too late to undo this: it could be undone for ten seconds.',
  changed_meanwhile: 'Something else happened in the meantime, so nothing was undone.',
  no_address: 'There is no address for this channel. Add one first.',
  refused_number:
    'We can’t text a number of this kind. Enter their mobile number under “Edit” first.',
  sms_asked_elsewhere:
    'Your settings ask for permission to text only on the email’s page, or on paper. Nobody is asked by text.',
  not_assigned: 'This channel is not used for this contact. Choose it under “Edit” first.',
  practice_off: 'Sending is off at the moment. See Health for the reason.',
  message_conflict:
    'A message from this page was saved already. Reload the page to write another one.',
  message_claimed: 'It is being sent or was sent, so it can’t be changed any more.',
  idempotency_conflict: 'This was sent before with other words. Reload the page.',
  idempotency_in_flight: 'This is still being saved. Wait a moment and look again.',
  idempotency_not_kept: 'This was done already. Reload the page to see it.',
  releases_many: 'This would send many waiting messages at once.',
  evidence_altered: 'The evidence does not verify. Tell your operators.',
  evidence_key_replaced: 'The evidence cannot be signed just now. Tell your operators.',
  not_suspended: 'Sending is not suspended.',
  practice_exists: 'There is a practice with this id already.',
  nothing_to_retry: 'Nothing of this message failed, so there is nothing to send again.',
  confirmation_needed: 'We can’t tell if it arrived. Resending may deliver it twice.',
  too_many_endpoints: 'There are as many webhook addresses as allowed.',
  setting_conflict: 'Another practice uses this number already.',
  request_timeout: 'The connection was too slow. Try again.',
  body_too_large: 'That is too long.',
  unsupported_media_type: 'That could not be read. Reload the page and try again.',
  validation_failed: 'Not saved yet. Please correct:',
  sms_too_long: 'The text is too long for ten text messages. Shorten it.',
  email_too_large: 'The email is too long. Shorten it.',
  rendering_too_long:
    'Your template has too many conditions. Simplify it, or send fewer messages at once.',
  template_refused: 'Not saved yet: something is missing or must not be there.',
  too_many_requests: 'You asked a moment ago.',
  unreadable:
    'Something stored here can’t be opened any more, so we can’t show or change it. Please tell us.',
  internal: 'Something went wrong on our side. Try again, and tell us if it happens again.',
  unavailable: 'The service can’t be reached at the moment. Try again in a minute.',
};

type Field = { name: string; label: string; text: string };
const field = (name: string, label: string, text: string): Field => ({ name, label, text });

const phoneWords = 'Enter a phone number with area code, for example (415) 555-0123.';
const emailWords = 'Enter an email address, for example name@example.com.';
const zoneWords = 'Choose a time zone, for example America/New_York.';
const secureWords = 'Enter a web address that begins with https://';
const hourWords = 'Enter a time of 24 hours, for example 21:00.';

/** The API's fields as the forms name them, by path. */
const fields: Readonly<Record<string, Field>> = {
  id: field('id', 'Chart number', 'Use 1 to 64 letters, digits, dots, dashes or underscores.'),
  name: field('name', 'Name', 'Enter a name.'),
  role: field('role', 'Who this is', 'Choose one.'),
  methods: field('methods', 'Channels to use', 'Choose from the list.'),
  email: field('email', 'Email address', emailWords),
  phone: field('phone', 'Mobile number', phoneWords),
  fax: field('fax', 'Fax number', phoneWords),
  timeZone: field('timeZone', 'Time zone', zoneWords),
  locale: field('locale', 'Language', 'Choose a language from the list.'),
  birthDate: field('birthDate', 'Date of birth', 'Enter a date in the past.'),
  actsFor: field('actsFor', 'Acts for', 'Enter the chart numbers of clients, with spaces between.'),
  subject: field('subject', 'Subject', 'Enter a subject of at most 200 characters, on one line.'),
  body: field('body', 'Message', 'Write a message that is not too long.'),
  sendAt: field('sendAt', 'Not before', 'Choose a date and a time.'),
  notAfter: field(
    'sendAt',
    'Not before',
    'This is after the time when the message is no longer sent.',
  ),
  method: field('method', 'Channel', 'Choose a channel.'),
  reason: field('reason', 'Why', 'Say why, in at most 500 characters.'),
  address: field('method', 'Channel', 'There is no address for this channel. Add one first.'),
  obtainedAt: field('obtainedAt', 'When', 'Choose a time that is not in the future.'),
  evidence: field('evidence', 'What proves it', 'Say what proves it, in at most 2,000 characters.'),
  source: field('source', 'How it was given', 'Choose one.'),
  landingUrl: field('landingUrl', 'Where people go after agreeing', secureWords),
  privacyPolicy: field(
    'privacyUrl',
    'Your privacy policy',
    'Enter its https:// address and a version.',
  ),
  'privacyPolicy/version': field('privacyVersion', 'Version of the policy', 'Enter a version.'),
  optInLead: field('optInLead', 'When to ask', 'Choose from the list.'),
  optInExpires: field('optInExpires', 'How long a link works', 'Choose from the list.'),
  defaultCountry: field(
    'defaultCountry',
    'Country of numbers without +',
    'Enter two capital letters, for example US.',
  ),
  quietHours: field('quietFrom', 'Quiet from', hourWords),
  'quietHours/from': field('quietFrom', 'Quiet from', hourWords),
  'quietHours/to': field('quietTo', 'Quiet until', hourWords),
  'sender/displayName': field(
    'displayName',
    'Name that patients know',
    'Enter a name on one line, of at most 100 characters, without < or >.',
  ),
  'sender/emailFrom': field('emailFrom', 'Sender of emails', emailWords),
  'sender/replyTo': field('replyTo', 'Replies to emails go to', emailWords),
  'sender/smsFrom': field('smsFrom', 'Number that texts', phoneWords),
  'sender/supportPhone': field('supportPhone', 'Phone number for questions', phoneWords),
  'sender/postalAddress': field(
    'postalAddress',
    'Postal address',
    'Enter street, town and ZIP code, for example 1 Example Street, Springfield, IL 62701.',
  ),
  'sender/faxGateway': field(
    'faxGateway',
    'Email-to-fax gateway',
    'Enter a domain, for example fax.example.com.',
  ),
};

const whole: FieldProblem = {
  name: 'main',
  label: '',
  text: 'Something in the form needs another look.',
};

/** By the whole path, else by its first part: `/methods/0` is about the channels. */
function fieldAt(pointer: string): FieldProblem {
  const path = pointer.replace(/^\//, '');
  return fields[path] ?? fields[path.split('/')[0]!] ?? whole;
}

/** Codes whose `details` name the fields of a form. */
const named: ReadonlySet<string> = new Set([
  'validation_failed',
  'setting_conflict',
  'bad_request',
]);

export function inWords({ code, details = [], retryAfterSeconds }: ApiProblem): Problem {
  const sentence = Object.hasOwn(sentences, code)
    ? sentences[code as keyof typeof sentences]
    : sentences.internal;
  const wait =
    retryAfterSeconds === undefined ? '' : ` You can ask again in ${span(retryAfterSeconds)}.`;
  return { message: `${sentence}${wait}`, fields: problemsOf(code, details) };
}

function problemsOf(code: string, details: NonNullable<ApiProblem['details']>): FieldProblem[] {
  // A template's own sentences are written for its editor (src/features/templates/check.ts).
  if (code === 'template_refused')
    return details.map(({ message }) => ({ name: 'main', label: '', text: message }));
  if (code === 'sms_too_long' || code === 'email_too_large') return [fieldAt('/body')];
  if (code === 'contact_exists')
    return [{ name: 'id', label: 'Chart number', text: 'This number is used already.' }];
  // The value is well formed, but not theirs to choose.
  if (code === 'sender_not_allotted')
    return details.map(({ path = '' }) => ({
      ...fieldAt(path),
      text: 'It has to be set up for you first. Ask the people who run Optgate for you, or leave it empty.',
    }));
  if (!named.has(code)) return [];
  const found = details.map(({ path = '' }) => fieldAt(path));
  const first = new Map(found.map((one) => [one.name, one]));
  // The form as a whole is wrong because of a field: the field's text says what to do.
  if (first.size > 1) first.delete(whole.name);
  return [...first.values()];
}

/** `5 minutes`, `40 seconds`. */
function span(seconds: number): string {
  if (seconds < 90) return `${seconds} seconds`;
  if (seconds < 5_400) return `${Math.ceil(seconds / 60)} minutes`;
  return `${Math.ceil(seconds / 3_600)} hours`;
}
