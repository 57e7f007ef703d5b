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
  /** Bytes of a form on a person's page: some words, each with a header of its own where it comes as multipart. */
  formBytes: 64 * 1024,
  /** Bytes that are read of a body that says nothing (one-click unsubscribing), to be able to use its connection again. */
  ignoredBodyBytes: 1024 * 1024,
  /** Bytes of an email's text and HTML together; beyond, mail clients clip (Gmail at 102 KB of HTML). */
  emailBytes: 256 * 1024,
  /** Segments of one SMS; carriers reassemble at most 10 reliably. */
  smsSegments: 10,
  /** Characters of a subject line (RFC 5322, 2.1.1: a line holds at most 998). */
  subjectCharacters: 998,
  /** Characters of a contact's name. */
  nameCharacters: 200,
  /** Characters of a practice's name, of a key's label, and of why an operator paused sending. */
  practiceNameCharacters: 200,
  keyLabelCharacters: 100,
  pauseReasonCharacters: 500,
  /** Bytes of a raw `sendMessage` signal's body: a history holds it until continue-as-new. */
  signalBodyBytes: 32 * 1024,
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
  /** Texts that may gather while nobody sends, in seconds of the rate: a drain that waits for answers still reaches it. */
  smsBurstSeconds: 1,
  /** A wait for a provider's rate that is longer than this, in ms, is the workflow's, not the activity's. */
  rateWaitMs: 2 * second,
  /** A sender with much to send keeps its turn at a short rate so long, in ms: dozens of messages for one look. */
  turnMs: 5 * second,
  /** What somebody waits for may be ahead of the rate by so much, in ms of it; the rest waits for it. */
  rateCreditMs: 2 * second,
  /** The longest that one answer of a provider stops everybody, in ms; who was refused waits as long as it said. */
  pauseMs: hour,
  /** … and how often who waits looks whether somebody has ended it, in ms: being told may pass it by. */
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
  /** How often a worker looks for what was forgotten, in ms. */
  sweepEveryMs: 5 * second,
  /** One sweep, at most, in ms. */
  sweepMs: 30 * second,
  /** What is overdue by this much, in ms, was forgotten: longer than a lease and an activity's takeover. */
  forgottenMs: 30 * second,
  /** Contacts told again, and deliveries expired, in one sweep. */
  sweepBatch: 500,
  /** Days of the ledger signed in one sweep. */
  rootsAtOnce: 20,
  /** A day of the ledger is closed this long after its end, in ms: transactions end within a minute, clocks differ by less. */
  rootSettleMs: 10 * minute,
  /** Contacts whose chains are read, checked or adopted in one round: about a thousand entries in memory. */
  chainsAtOnce: 200,
  /** The witness is brought up to date at least this often, in ms: a practice that begins has a root at once. */
  witnessEveryMs: hour,
  /** How long webhook ids are remembered, in ms: providers repeat for hours, an attacker may wait. */
  webhookMemoryMs: 30 * day,
  /** How long the API waits for Temporal to take a wake-up after its commit, in ms. */
  signalTimeoutMs: 1 * second,

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

  /** Characters of one field of a template: an email's text of ten pages. */
  templateCharacters: 20_000,
  /** Time and memory (in the engine's units, about bytes) that rendering one field of a template may take, in ms. */
  templateRenderMs: 1 * second,
  templateMemory: 2_000_000,
  /** Values of one message's `data`, and characters of one of them. */
  templateValues: 50,
  templateValueCharacters: 4_000,

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
  /** Events forgotten in one sweep: more than a busy practice makes in the time between two. */
  eventsForgotten: 2_000,
  /** Events that an endpoint's delivery reads at once. */
  eventsAtOnce: 50,
  /** How often a worker looks for endpoints with something to post, in ms: an event is told within about a second. */
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
   * Characters of a reply that are read: six times what ten segments of SMS hold. Of a longer text (an MMS) the beginning
   * and the end are read.
   */
  replyCharacters: 10_000,
  /** An answer leaves within this many ms of the reply, or not at all (47 CFR 64.1200(a)(12): five minutes). */
  answerMs: 5 * minute,
  /** Answers to one number in `answerWindowMs`: an auto-responder at the other end would keep us talking for ever. */
  answersAtMost: 10,
  answerWindowMs: hour,
  /**
   * Answers to one number that nobody there acted on (no yes, no, stop or start that changed something) in `patienceMs`:
   * two machines that talk to each other end after these. A person who needs a fourth is read by staff.
   */
  answersUnheeded: 3,
  patienceMs: day,
  /** What is told at most once a day: how long that is, in ms. */
  toldAgainMs: day,

  /** A member of staff signs in again after this many ms: longer than a working day, shorter than two. */
  consoleSessionMs: 12 * hour,
  /** Attempts to sign in from one address a minute: a key has 256 bits, and a hand types no faster. */
  signInsPerMinute: 10,
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
  /** Messages that a hand may let go at once without being asked again. */
  releasedUnasked: 10,
  /** How often the length of the queue is noted, in ms, and how long that is kept. */
  queueSampleEveryMs: 10 * minute,
  queueSampleMs: 31 * day,
  /** Days of statistics. */
  statisticsDays: 30,

  /** How long a booking can go on, in ms: long enough to look for a phone. */
  bookingMs: 2 * hour,
  /** How long after that a booking's page still says what became of it, in ms; then it is forgotten. */
  bookingMemoryMs: day,
  /** How long a code works, in ms. */
  codeMs: 10 * minute,
  /** Wrong codes that end one: a code is guessed with five in a million. */
  codeTries: 5,
  /** Codes of one booking for one method: the first, and some for a slow mailbox or a mistyped number. */
  codesPerBooking: 4,
  /** Codes to one address, whichever bookings and practices ask for them, in an hour and in a day. */
  codesPerHour: 3,
  codesPerDay: 10,
  /** Codes of one practice in an hour, beyond which its public page begins no booking: anybody can press there. */
  practiceCodesPerHour: 240,
  /** Presses that ask for codes on public pages, from one IP address in an hour: a waiting room shares one. */
  codeRequestsPerHour: 60,

  /** How long the answer to an `Idempotency-Key` is kept, in ms. */
  idempotencyMs: day,
  /** The longest duration of a setting, in ms. */
  durationMs: 366 * day,

  /** Listing: entries by default and at most. */
  pageDefault: 50,
  pageMax: 200,
} as const;
