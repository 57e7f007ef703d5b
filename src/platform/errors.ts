/**
 * Every error an API caller can meet: its code, its HTTP status, and its meaning. Messages are safe: they name fields and
 * ids, never values that could be personal.
 */
export const catalogue = {
  bad_request: [400, 'The request could not be read: broken JSON, wrong content type, bad header.'],
  unauthorized: [401, 'The API key is missing, unknown or revoked.'],
  forbidden: [403, 'The key may not do this.'],
  sender_not_allotted: [
    403,
    'The practice was not allotted this sender; `details` names it and the request to make to the operator.',
  ],
  not_found: [404, 'There is no such thing, or not in this practice.'],
  method_not_allowed: [405, 'This address does not take that HTTP method.'],
  request_timeout: [408, 'The request did not arrive in time; nothing was done.'],
  already_accepted: [409, 'The channel already said yes; there is nothing to ask.'],
  revoked: [409, 'The person said stop on this channel or address; only they can undo it.'],
  declined: [
    409,
    'The person said no on this channel; asking again needs a `reason`, which is kept with the evidence.',
  ],
  nothing_to_undo: [
    409,
    'There is no stop or cancellation by the practice in the last ten seconds; nothing was changed.',
  ],
  changed_meanwhile: [409, 'Something else happened since; nothing was undone.'],
  doubtful_stop: [
    409,
    'A reply from this address may be a stop; settle it first (POST /v1/inbound/{id}/resolve).',
  ],
  no_open_request: [
    409,
    'There is not exactly one open request that this reply can be a yes to, or a later reply speaks against it.',
  ],
  already_resolved: [409, 'The reply was settled otherwise before.'],
  not_resolvable: [409, 'The reply was understood and acted on; there is nothing to settle.'],
  nothing_to_settle: [409, 'No reply that may be a stop holds this address.'],
  no_address: [409, 'The contact has no address on this method.'],
  refused_number: [
    409,
    'Nothing is sent to a number of this kind (premium-rate); give the contact another one.',
  ],
  sms_asked_elsewhere: [
    409,
    'The practice asks for SMS only on the email’s page (and there is no email), or takes recorded consent only.',
  ],
  not_assigned: [409, 'The contact is not reached by this method.'],
  practice_off: [409, 'Messaging of the practice is off, paused or suspended.'],
  sender_missing: [
    409,
    'The practice cannot ask before people can see who asks: its name, phone, postal address, and where it sends from; `details` names what is missing.',
  ],
  message_conflict: [409, 'A message with this id and other content already exists.'],
  message_claimed: [409, 'The message is being sent, or was sent; it can no longer be changed.'],
  idempotency_conflict: [409, 'The Idempotency-Key was used with another body.'],
  idempotency_not_kept: [
    409,
    'The call with this Idempotency-Key was made; its answer is not kept.',
  ],
  idempotency_in_flight: [409, 'A call with this Idempotency-Key is still running; try again.'],
  releases_many: [
    409,
    'The change would let more held messages go than Optgate-Release-At-Most allows; nothing was changed.',
  ],
  evidence_altered: [
    409,
    'The evidence does not verify, so nothing is signed about it; tell the operator of the service.',
  ],
  not_suspended: [409, 'The practice is not suspended.'],
  practice_exists: [409, 'A practice with this id already exists.'],
  nothing_to_retry: [409, 'No delivery of the message failed.'],
  confirmation_needed: [
    409,
    'Nobody knows whether it arrived; `confirm: true` sends it again, and it may arrive twice.',
  ],
  too_many_endpoints: [409, 'The practice has as many webhook endpoints as it may.'],
  setting_conflict: [409, 'Another practice already uses this value.'],
  body_too_large: [413, 'The request has more bytes than allowed.'],
  unsupported_media_type: [415, 'Send JSON (or a form, on the public pages).'],
  validation_failed: [422, 'A field is missing or wrong; `details` names each by path.'],
  sms_too_long: [422, 'The SMS has more segments than allowed; `details` has the count.'],
  email_too_large: [
    422,
    'The email, or what the message says on another method or on all, has more bytes than allowed; `details` has the count.',
  ],
  rendering_too_long: [
    422,
    'The templates of this call take longer to render than one call may; send fewer messages in one, or simplify the templates.',
  ],
  template_refused: [
    422,
    'The template lacks what it must say, or holds what it must not; `details` names each by its own code.',
  ],
  too_many_requests: [429, 'Wait as `Retry-After` says.'],
  unreadable: [
    500,
    'Something stored cannot be opened: it was changed or moved outside of the service, or its key is missing. Tell those who run it.',
  ],
  internal: [500, 'Something went wrong on our side; quote the requestId.'],
  evidence_key_replaced: [
    503,
    'The key that signs evidence was replaced, and this process still has the one of before; tell the operator of the service.',
  ],
  unavailable: [
    503,
    'The database or Temporal cannot be reached, or is too busy; try again as `Retry-After` says.',
  ],
} as const satisfies Record<string, readonly [number, string]>;

export type ErrorCode = keyof typeof catalogue;

export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly details: unknown;
  /** Seconds, for `Retry-After`. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ErrorCode,
    message?: string,
    extra: { details?: unknown; retryAfterSeconds?: number } = {},
  ) {
    super(message ?? catalogue[code][1]);
    this.code = code;
    this.details = extra.details;
    this.retryAfterSeconds = extra.retryAfterSeconds;
  }

  get status(): number {
    return catalogue[this.code][0];
  }
}
