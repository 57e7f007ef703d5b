import { rateLimits } from './limits/rate-limits.ts';
import { recordLimits } from './record-limits.ts';
import { signalLimits } from './signals/signal-limits.ts';
import { sizeLimits } from './message/size-limits.ts';
import { templateLimits } from './limits/template-limits.ts';

/** Every limit of the product, each with its unit and its reason. */

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

export const limits = {
  /** Entries of one array call: one transaction stays well under a second. */
  arrayEntries: 1_000,
  /** Bytes of an HTTP request: 1,000 messages of ordinary size; larger ones go in several calls. */
  requestBytes: 16 * 1024 * 1024,
  /** Objects and arrays in one another in a request or signal; the deepest that a schema knows is 5. */
  jsonDepth: 12,
  /** Fields of one object; the most that a schema knows are about 50. */
  jsonFields: 200,
  /** Values, names, objects and arrays of one request: 1,000 messages with fifty values of `data` each. */
  jsonParts: 200_000,
  /** How long one piece of work may keep a process from everything else before that is reported, in ms. */
  eventLoopBlockedMs: 200,
  /** Consents of one contact in one array call: a form's, for each method, with room; each is a round of statements. */
  consentsOfOneContact: 20,
  /** Bytes of a form on a person's page: some words, each with a header of its own where it comes as multipart. */
  formBytes: 64 * 1024,
  /** Fields of a form that are read: the longest of ours, and those of providers, have some dozens. */
  formFields: 200,
  /** Tokens that a mail to the unsubscribe mailbox may bring: its own twice, and those of the mail that it answers. */
  unsubscribeTokens: 4,
  /** Bytes read of a body that says nothing (one-click unsubscribing), so that its connection can be used again. */
  ignoredBodyBytes: 1024 * 1024,
  /** Segments of one SMS; carriers reassemble at most 10 reliably. */
  smsSegments: 10,
  /** Characters of a subject line (RFC 5322, 2.1.1: a line holds at most 998). */
  subjectCharacters: 998,
  /** UTF-16 units of an address as it is pasted, with invisible marks, a scheme and % escapes of each letter. */
  addressTyped: 2_000,
  /** Characters of a contact's name. */
  nameCharacters: 200,
  /** Characters of a practice's name, of a key's label, and of why an operator paused sending. */
  practiceNameCharacters: 200,
  keyLabelCharacters: 100,
  /** Characters of the name that people know a practice by: it begins each text, and stands in From. */
  displayNameCharacters: 100,
  pauseReasonCharacters: 500,
  /** Senders of one kind that a practice may be allotted: locations, each with a number of its own. */
  sendersPerPractice: 200,
  /** Bytes of a raw `sendMessage` signal's body: a history holds it until continue-as-new. */
  signalBodyBytes: 32 * 1024,
  /**
   * How long, in ms, a payload that was sealed for no workflow is taken: a signal may wait for a worker over a weekend,
   * and a copy that somebody kept is worthless soon.
   */
  unboundPayloadMs: 7 * day,
  /** Bytes of raw messages handed to one activity: Temporal warns at 512 KB, and sealing adds a seventh. */
  storeBatchBytes: 400 * 1000,

  /** How long a claimed lane is nobody else's, in ms: longer than `callStartMs` + `callTimeoutMs`. */
  leaseMs: 15 * second,
  /** A provider call begins within this many ms of its claim, or the claim is given back. */
  callStartMs: 2 * second,
  /** A provider call is aborted after this many ms. */
  callTimeoutMs: 8 * second,
  /** A revocation waits this long, in ms, for a call that is under way before it is acknowledged. */
  revokeWaitMs: 2 * second,
  /** Emails in one provider call (Resend: at most 100 a batch). */
  emailBatch: 100,
  /** Bytes of all bodies in one email batch: keeps a frozen batch small enough to store and repeat. */
  emailBatchBytes: 4 * 1024 * 1024,
  /** No automatic repeat of an email batch after this many ms: Resend forgets a key after 24 h. */
  emailRepeatMs: 23 * hour,
  /** Deliveries sent by one run of the `deliver` activity before it reports back. */
  deliverBatch: 500,
  /** Texts under way side by side: all begin well within `callStartMs`. */
  smsAtOnce: 25,
  /** How long one run of `deliver` may go on, in ms, before it reports back. */
  deliverMs: 30 * second,
  /** A `deliver` that runs gives a sign of life this often, in ms … */
  heartbeatMs: 2 * second,
  /** … and is taken over by another worker after this many ms of silence. */
  heartbeatTimeoutMs: 8 * second,
  /**
   * The longest that one answer of a provider stops everybody, in ms; the refused delivery waits as long as it said.
   */
  pauseMs: hour,
  /** … and how often a waiting caller checks whether the pause has ended, in ms: it may miss the signal. */
  pauseLookMs: 15 * minute,
  /** A worker without a rate of its own asks this often, in ms, whether a provider is paused. */
  pauseSeenMs: 1 * second,
  /** Waits between tries while a provider is down, in ms: first, and the ceiling of the doubling. */
  retryFirstMs: 2 * second,
  retryMaxMs: 15 * minute,
  /** Attempts of one delivery that a provider took and then dropped, before it is a failure that staff see. */
  attemptsGivenBack: 200,
  /** A lane woken less than this many ms ago is not woken again. */
  wakeQuietMs: 10 * second,
  /** How often a worker looks for forgotten work, in ms. */
  sweepEveryMs: 5 * second,
  /** Work overdue by this much, in ms, was forgotten: longer than a lease and an activity's takeover. */
  forgottenMs: 30 * second,
  /** Contacts told again, and deliveries expired, in one sweep. */
  sweepBatch: 500,
  /** Contacts with one address whose records follow a stop in one transaction: within a second, ledger included. */
  holdersAtOnce: 100,
  /** Messages of a merged contact that move in one transaction: within a second, with a delivery for each method … */
  movedAtOnce: 500,
  /** … and contacts whose next page moves in one round. */
  movingAtOnce: 5,
  /** A message has arrived within so many ms after the time noted on it: transactions end within 30 s, clocks differ by less. */
  storedWithinMs: 2 * minute,
  /** Days of the ledger are signed for so long in one sweep, in ms: one takes some milliseconds. */
  rootsMs: 3 * second,
  /**
   * A day of the ledger is closed this long after its end, in ms: transactions end within a minute, clocks differ by
   * less.
   */
  rootSettleMs: 10 * minute,
  /** The witness is brought up to date at least this often, in ms: a practice that begins has a root at once. */
  witnessEveryMs: hour,
  /** Problems of one request that its answer names: more help nobody. */
  problemsNamed: 100,

  /** How long webhook ids are remembered, in ms: providers repeat for hours, an attacker may wait. */
  webhookMemoryMs: 30 * day,

  /** Automatic opt-ins for one channel in `flapWindowMs`; beyond, its address is flapping. */
  automaticOptIns: 3,
  flapWindowMs: 7 * day,
  /** An opt-in sent by itself less than this many ms ago, and not reported as delivered, is still on its way. */
  optInArrivalMs: 30 * second,
  /** An email sent less than this many ms ago is worth looking for; later it is out of sight. */
  emailTooMs: 2 * day,
  /** By hand: one opt-in per channel in this many ms … */
  optInEveryMs: 5 * minute,
  /** … and this many in `optInDayMs`. */
  optInsPerDay: 5,
  optInDayMs: day,
  /** Opt-ins of one practice to one mailbox or number in `questionMs`, whichever contacts have it: a large family's … */
  questionsPerDay: 12,
  /** … and of all practices together; the first of each practice leaves even so. */
  mailboxQuestionsPerDay: 24,
  questionMs: day,

  ...rateLimits,
  ...recordLimits,
  ...signalLimits,
  ...sizeLimits,
  ...templateLimits,

  /** Birth dates that may be wrong for one channel, before its links are locked until staff act. */
  identityTries: 5,
  /** How long a message can be read behind the link of its notice, in ms. */
  messageLinkMs: 30 * day,
  /** How long the link to the person's preferences works after an email that carries it, in ms, at least … */
  preferenceLinkMs: 365 * day,
  /** … and how often emails begin to carry a new one, in ms: until then none of them needs a row of its own. */
  preferenceLinkEveryMs: 90 * day,

  /** How long events can be read, in ms (contract: 30 days). */
  eventMemoryMs: 30 * day,
  /** Events that an endpoint's delivery reads at once. */
  eventsAtOnce: 50,
  /** How often a worker looks for endpoints with something to post, in ms: an event is posted within about a second. */
  wakeEndpointsEveryMs: 1 * second,
  /** Endpoints woken in one look. */
  endpointsWoken: 200,
  /** Webhook endpoints of one practice: each is a workflow while it has something to post. */
  webhookEndpoints: 10,
  /** Characters of an endpoint's URL. */
  webhookUrlCharacters: 2_000,
  /** An endpoint that has not answered after this many ms did not take the event. */
  webhookTimeoutMs: 10 * second,
  /** Bytes of an endpoint's answer that are read, and dropped, so that the connection can be used again. */
  webhookAnswerBytes: 64 * 1024,
  /** How long the former secret signs too after a rotation, in ms. */
  webhookOverlapMs: day,
  /** Waits after the 1st, 2nd … failure, in ms (Standard Webhooks' schedule: three days); after the last it is off. */
  webhookRetriesMs: [
    5 * second,
    5 * minute,
    30 * minute,
    2 * hour,
    5 * hour,
    10 * hour,
    14 * hour,
    20 * hour,
    24 * hour,
  ],
  /** Added to each of these waits, at most, as a share: endpoints that fell together do not come back together. */
  webhookRetryJitter: 0.1,
  /**
   * Test calls in a minute: of one endpoint, as many as somebody who repairs its receiver makes, and of a practice,
   * however many endpoints it adds: we post to nobody's door as often as a caller likes.
   */
  webhookTests: { endpoint: 10, practice: 30, ms: minute },

  /** Characters of a reply that are read, of a longer one (an MMS) at its ends: six times ten SMS segments. */
  replyCharacters: 10_000,
  /** An answer leaves within this many ms of the reply, or not at all (47 CFR 64.1200(a)(12): five minutes). */
  answerMs: 5 * minute,
  /** Answers to one number in `answerWindowMs`: an auto-responder at the other end would keep us talking for ever. */
  answersAtMost: 10,
  answerWindowMs: hour,
  /**
   * Answers to one number in `patienceMs` without a reaction (no yes, no, stop or start that changed something): two
   * machines that talk to each other end after these. Staff read a person who would need a fourth.
   */
  answersUnheeded: 3,
  patienceMs: day,
  /** Open requests of one number that a reply is matched with: many more than an answer can name codes of. */
  requestsRead: 100,
  /** Codes in one answer, the newest first: with more, the text would be too long for carriers to reassemble. */
  codesTold: 8,
  /** How long "once a day" is for answers that are not repeated, in ms. */
  toldAgainMs: day,

  /** A member of staff signs in again after this many ms: longer than a working day, shorter than two. */
  consoleSessionMs: 12 * hour,
  /** For how long a browser opens payloads in the Temporal UI, in ms: a shift. */
  codecSessionMs: 8 * hour,
  /** How long a one-time notice waits for its console page, in ms: the browser loads it at once. */
  noticeMs: minute,
  /** Attempts to sign in from one address a minute: a key has 256 bits, and a hand types no faster. */
  signInsPerMinute: 10,
  /**
   * Wrong keys of the operator's (ADMIN_KEY, METRICS_KEY) from one network a minute: a program with an old one repeats
   * itself, and 128 random bits are out of reach at any such rate.
   */
  wrongOperatorKeysPerMinute: 60,
  /** Characters of the name that staff sign in with. */
  staffCharacters: 100,
  /** Staff can take back a stop or a cancellation for this many ms (the time that is shown) … */
  undoMs: 10 * second,
  /** … and this many ms more, for the way of the press to the server. */
  undoGraceMs: 3 * second,
  /** Entries of a contact's evidence that are shown in short. */
  answersShown: 100,
  /** Characters of the reason for asking again after a no. */
  againReasonCharacters: 500,
  /** Held messages that staff may release at once without a second question. */
  releasedUnasked: 10,
  /** How often the length of the queue is noted, in ms, and how long that is kept. */
  queueSampleEveryMs: 10 * minute,
  queueSampleMs: 31 * day,
  /** Days of statistics. */
  statisticsDays: 30,

  /** How long a booking can go on, in ms: long enough to look for a phone. */
  bookingMs: 2 * hour,
  /** How long after that a booking's page still shows its outcome, in ms; then it is forgotten. */
  bookingMemoryMs: day,
  /** How long a code works, in ms. */
  codeMs: 10 * minute,
  /** How long requests for codes are counted, in ms: no limit looks further back. */
  codeRequestMs: day,
  /** Wrong codes that end one: a code is guessed with five in a million. */
  codeTries: 5,
  /** Codes of one booking for one method: the first, and some for a slow mailbox or a mistyped number. */
  codesPerBooking: 4,
  /** Codes of one practice to one mailbox, whichever bookings ask for them, in an hour and in a day. */
  codesPerHour: 3,
  codesPerDay: 10,
  /**
   * … and of all practices together: twice as many, so that one practice cannot use up another's, and a mailbox is not
   * bombed by way of many.
   */
  mailboxCodesPerHour: 6,
  mailboxCodesPerDay: 20,
  /** Countries whose numbers a practice's public page texts: as many as a border region or a diaspora has. */
  bookingCountries: 20,
  /** Presses that ask for codes on public pages, from one IP address in an hour: a waiting room shares one. */
  codeRequestsPerHour: 60,

  /** How long to look for data stored during its contact's erasure, in ms: longer than any transaction. */
  erasedLatelyMs: 2 * minute,
  /** A caller's clock may be ahead of the database's by this much, in ms: "now" is no time in the future. */
  clockSkewMs: 5 * second,
  /** How long the answer to an `Idempotency-Key` is kept, in ms. */
  idempotencyMs: day,
  /** The longest duration of a setting, in ms. */
  durationMs: 366 * day,

  /** Waiting messages of one contact that are counted; of more it is only said that there are more. */
  queueCounted: 10_000,

  /** Listing: entries by default and at most. */
  pageDefault: 50,
  pageMax: 200,
} as const;
