/** Every limit of the sandbox, each with its unit and its reason. */

const second = 1_000;
const minute = 60 * second;

export const limits = {
  /** Outbox entries kept; the oldest go. Long soaks never reach it, memory stays below 1 GB. */
  outboxEntries: 500_000,
  /** Characters of all bodies in the outbox together (2 bytes each at worst): keeps large emails bounded. */
  outboxCharacters: 256 * 1024 * 1024,
  /** Messages whose status can be asked for or changed by `POST /events`. */
  records: 500_000,
  /** Replies, automatic answers and notes shown on the page. */
  activities: 10_000,
  /** Newest messages and activities the page asks for at once. */
  pageEntries: 300,
  /** Attempts shown in the webhook log. */
  webhookLog: 500,

  /** Bytes of a call to Resend (its own limit for one email is 40 MB). */
  emailCallBytes: 40 * 1024 * 1024,
  /** Bytes of a call to Plivo: a text of 1,600 characters and its options fit many times. */
  smsCallBytes: 64 * 1024,
  /** Bytes of a control call. */
  controlCallBytes: 64 * 1024,
  /** Resend: emails a batch, recipients an email, characters of a tag and of an idempotency key. */
  emailsPerBatch: 100,
  recipientsPerEmail: 50,
  tagsPerEmail: 75,
  tagCharacters: 256,
  idempotencyKeyCharacters: 256,
  /** Resend remembers an idempotency key for 24 h, in ms. */
  idempotencyMs: 24 * 60 * minute,
  /** Keys remembered; each holds the ids of up to 100 emails. */
  idempotencyKeys: 100_000,
  /** Plivo: characters of a text in GSM-7 and in UCS-2, destinations a call. */
  gsmCharacters: 1_600,
  ucs2Characters: 737,
  destinationsPerCall: 1_000,
  /** Pictures in one MMS. */
  mediaPerMms: 10,

  /** Webhooks in flight at once: enough to keep up, few enough not to drown the service. */
  webhooksAtOnce: 32,
  /** Of these, only for people's replies: however many reports are under way, a reply leaves at once. */
  webhooksKeptForReplies: 8,
  /** Webhooks waiting for their first or next attempt; beyond, the oldest are given up (and logged). */
  webhooksWaiting: 200_000,
  /** An answer is awaited this long, in ms (Plivo: 8 s; Svix: 15 s). */
  plivoAnswerMs: 8 * second,
  resendAnswerMs: 15 * second,
  /**
   * Waits between attempts, in ms. Svix takes 5 s, 5 min, 30 min … 10 h, Plivo 60, 120, 240 s; a test
   * cannot wait that long. After the last one the webhook is lost, as theirs are.
   */
  webhookRetriesMs: [1, 3, 10, 30, 60, 120, 300].map((seconds) => seconds * second),

  /** Faults at once. */
  faults: 100,
  /** Longest delay of an answer, in ms. */
  faultDelayMs: 10 * minute,
  faultRetryAfterSeconds: 24 * 60 * 60,
} as const;
