/**
 * Every sealed value, by the name that its seal is bound to: where it lies, and the columns that say which row it
 * belongs to (the practice first, where there is one). The row's own words are authenticated with the value, so that a
 * value that was copied into another row, practice or column does not open. None of these columns ever changes.
 */
type Sealed = {
  readonly table: string;
  readonly columns: readonly string[];
  readonly row: readonly [string, ...string[]];
  /** Where an earlier release kept it in the clear, and what stays there. */
  readonly formerly?: { readonly column: string; readonly left: string | null };
};

/** In the column that says that a practice is paused. */
export const pausedMark = 'paused';

const ofPractice = ['practice_id', 'id'] as const;
const ofDelivery = ['practice_id', 'delivery_id'] as const;
const ofSession = ['token_hash'] as const;

export const sealedColumns = {
  'practices.pause_note': {
    table: 'practices',
    columns: ['pause_note_enc'],
    row: ['id'],
    formerly: { column: 'paused_reason', left: pausedMark },
  },
  'api_keys.label': {
    table: 'api_keys',
    columns: ['label_enc'],
    row: ofPractice,
    formerly: { column: 'label', left: '' },
  },
  'contacts.name': { table: 'contacts', columns: ['name_enc'], row: ofPractice },
  'contacts.birth_date': { table: 'contacts', columns: ['birth_date_enc'], row: ofPractice },
  'channels.address': {
    table: 'channels',
    columns: ['address_enc'],
    row: ['practice_id', 'contact_id', 'method'],
  },
  'messages.content': { table: 'messages', columns: ['content_enc'], row: ofPractice },
  'messages.about': {
    table: 'messages',
    columns: ['about_enc'],
    row: ofPractice,
    formerly: { column: 'about', left: null },
  },
  'deliveries.content': { table: 'deliveries', columns: ['content_enc'], row: ofPractice },
  'batches.payload': { table: 'batches', columns: ['payload_enc'], row: ofPractice },
  // By the delivery that asks: an opt-in that was given back is rendered again into the same row.
  'opt_in_requests.shown': { table: 'opt_in_requests', columns: ['shown_enc'], row: ofDelivery },
  'opt_in_requests.page': { table: 'opt_in_requests', columns: ['page_enc'], row: ofDelivery },
  // What a link's row is for (link-seal.ts).
  'opt_in_requests.token': { table: 'opt_in_requests', columns: ['token_enc'], row: ofDelivery },
  'message_links.token': { table: 'message_links', columns: ['token_enc'], row: ofDelivery },
  // Its hash follows the look-up key, and is sealed in the value.
  'preference_links.token': {
    table: 'preference_links',
    columns: ['token_enc'],
    row: ['practice_id', 'method'],
  },
  'ledger.salt': { table: 'ledger', columns: ['salt_enc'], row: ofPractice },
  'ledger.fields': { table: 'ledger', columns: ['fields_enc'], row: ofPractice },
  'ledger_ends.end': { table: 'ledger_ends', columns: ['end_enc'], row: ['practice_id', 'chain'] },
  'inbound_messages.from': { table: 'inbound_messages', columns: ['from_enc'], row: ofPractice },
  'inbound_messages.text': { table: 'inbound_messages', columns: ['text_enc'], row: ofPractice },
  'inbound_messages.resolved_by': {
    table: 'inbound_messages',
    columns: ['resolved_by_enc'],
    row: ofPractice,
  },
  'reopenings.said': { table: 'reopenings', columns: ['said_enc'], row: ofPractice },
  'rejected_signals.payload': {
    table: 'rejected_signals',
    columns: ['payload_enc'],
    row: ofPractice,
  },
  'idempotency_keys.answer': {
    table: 'idempotency_keys',
    columns: ['answer_enc'],
    row: ['practice_id', 'scope', 'key'],
  },
  // A secret moves from the one to the other when it is rotated.
  'webhook_endpoints.secret': {
    table: 'webhook_endpoints',
    columns: ['secret_enc', 'previous_secret_enc'],
    row: ofPractice,
  },
  'booking_sessions.details': {
    table: 'booking_sessions',
    columns: ['details_enc'],
    row: ofPractice,
  },
  'console_sessions.key': { table: 'console_sessions', columns: ['key_enc'], row: ofSession },
  'console_sessions.staff': { table: 'console_sessions', columns: ['staff_enc'], row: ofSession },
  'console_sessions.notice': {
    table: 'console_sessions',
    columns: ['notice_enc'],
    row: ofSession,
  },
  'secrets.lookup': { table: 'secrets', columns: ['value_enc'], row: ['name'] },
} as const satisfies Record<string, Sealed>;

export type SealedColumn = keyof typeof sealedColumns;

/** One value's place: the column, and its row's own words. */
export type Place = { readonly column: SealedColumn; readonly row: readonly string[] };

/** As many words as the row has columns. */
type Words<Columns extends readonly string[]> = { -readonly [K in keyof Columns]: string };

export function placeOf<C extends SealedColumn>(
  column: C,
  ...row: Words<(typeof sealedColumns)[C]['row']>
): Place {
  return { column, row };
}
