import pg from 'pg';

/**
 * A practice that has been in use for years, written by the database itself: as many rows in each table that grows as it
 * takes for an index to be worth it. They refer to each other as real ones do; triggers and references are not run.
 */
export async function fillTables(
  databaseUrl: string,
  practiceId: string,
  /** Contacts that have so many messages waiting. */
  {
    contactIds,
    waiting,
    content,
  }: { contactIds: readonly string[]; waiting: number; content: string },
): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(`SET session_replication_role = replica`);
    const practice = pg.escapeLiteral(practiceId);
    for (const [table, columns, from] of rows)
      await client.query(
        `INSERT INTO ${table} (${columns}) SELECT ${from.replaceAll(':practice', practice)}`,
      );
    await client.query(
      `INSERT INTO messages (practice_id, id, contact_id, kind, content_enc, content_hash, size, methods, any_method, due_at,
                             source, arrival, created_at)
       SELECT $1, 'waits-' || c || n, c, 'ad_hoc', $4, 'x', 1, '{email,sms}', true, now(), 'http', nextval('arrivals'),
              now()
       FROM unnest($2::text[]) c, generate_series(1, $3::int) n`,
      [practiceId, contactIds, waiting, content],
    );
    await client.query(
      `INSERT INTO deliveries (id, practice_id, contact_id, method, purpose, message_id, kind, status, due_at, arrival,
                               size, created_at)
       SELECT gen_random_uuid(), m.practice_id, m.contact_id, method, 'content', m.id, m.kind, 'queued', m.due_at, m.arrival,
              1, m.created_at
       FROM messages m, unnest(m.methods) method WHERE m.contact_id = ANY($1)`,
      [contactIds],
    );
    await client.query('ANALYZE');
  } finally {
    await client.end();
  }
}

const contacts = 20_000;
const messages = 50_000;
/** Rows of tables that are only written to, or looked into by their key. */
const others = 20_000;
/** Of message n, spread over the contacts. */
const contactOf = `'old-' || (n % ${contacts})`;
const at = `now() - interval '1 year' + n * interval '5 minutes'`;
const method = `(ARRAY['email','sms'])[1 + n % 2]`;
const each = (count: number): string => `generate_series(1, ${count}) n`;

const rows: [table: string, columns: string, from: string][] = [
  [
    'contacts',
    'practice_id, id, registered, settled, created_at, updated_at',
    `:practice, 'old-' || n, true, true, ${at}, ${at} FROM generate_series(0, ${contacts - 1}) n`,
  ],
  [
    'channels',
    'practice_id, contact_id, method, assigned, state, epoch, address_hash, dispatched, look_at, retry_at',
    // As after a pause: all of the texts are due, and so are emails that wait to be tried again. Some contacts have their own
    // workflow, which forgot them.
    `:practice, 'old-' || n, m, m <> 'fax', 'accepted', 1, 'hash-' || n || m, n % 10 > 0,
     CASE m WHEN 'fax' THEN NULL ELSE now() - interval '1 hour' END,
     CASE m WHEN 'email' THEN now() + interval '1 hour' END
     FROM generate_series(0, ${contacts - 1}) n, unnest(ARRAY['email','sms','fax']) m`,
  ],
  [
    'messages',
    `practice_id, id, contact_id, kind, content_enc, content_hash, size, methods, any_method, due_at, source, arrival,
     created_at`,
    `:practice, 'old-' || n, ${contactOf}, 'ad_hoc', 'x', 'x', 1, '{email,sms}', true, ${at}, 'http', nextval('arrivals'),
     ${at} FROM ${each(messages)}`,
  ],
  [
    'deliveries',
    `id, practice_id, contact_id, method, purpose, message_id, status, due_at, arrival, size, created_at, kind, sent_at,
     claimed_at, provider_id, address_hash`,
    `gen_random_uuid(), :practice, ${contactOf}, ${method}, 'content', 'old-' || n, 'delivered', ${at}, n, 1, ${at},
     'ad_hoc', ${at}, ${at}, 'provider-' || n, 'hash-' || (n % ${contacts}) || ${method} FROM ${each(messages)}`,
  ],
  [
    'deliveries',
    `id, practice_id, contact_id, method, purpose, automatic, epoch, status, due_at, arrival, size, created_at, sent_at,
     provider_id`,
    `gen_random_uuid(), :practice, 'old-' || n, m, 'opt_in', true, 1, 'delivered', ${at}, n, 1, ${at}, ${at},
     'asked-' || n || m FROM generate_series(0, ${contacts - 1}) n, unnest(ARRAY['email','sms']) m`,
  ],
  [
    'opt_in_requests',
    `id, practice_id, contact_id, method, epoch, delivery_id, address_hash, sender, token_hash, text_version, shown_enc,
     created_at, expires_at`,
    `gen_random_uuid(), d.practice_id, d.contact_id, 'sms', 1, d.id, 'hash-' || d.contact_id, '+12025550100', d.id::text,
     'x', 'x', d.created_at, now() + interval '1 year' FROM deliveries d
     WHERE d.purpose = 'opt_in' AND d.method = 'sms'`,
  ],
  [
    'texted_from',
    'address_hash, sender, practice_id, last_at',
    `'hash-' || n, '+12025550100', :practice, ${at} FROM ${each(contacts)}`,
  ],
  [
    'suppressions',
    'practice_id, method, address_hash, kind, reason, since',
    `:practice, ${method}, 'gone-' || n, 'stopped', 'STOP', ${at} FROM ${each(messages)}`,
  ],
  [
    'refusals',
    'practice_id, method, address_hash, word, since',
    `:practice, ${method}, 'gone-' || n, 'declined', ${at} FROM ${each(messages)}`,
  ],
  [
    'inbound_messages',
    'id, practice_id, contact_id, method, from_enc, text_enc, meaning, received_at, handled_at, address_hash',
    `gen_random_uuid(), :practice, ${contactOf}, 'sms', 'x', 'x', 'unclear', ${at}, ${at}, 'hash-' || (n % ${contacts})
     FROM ${each(messages)}`,
  ],
  [
    'webhook_events',
    'provider, event_id, received_at, processed_at, forget_at',
    // Half of them are kept for ever.
    `'plivo', 'old-' || n, ${at}, ${at}, CASE WHEN n % 2 = 0 THEN now() + interval '1 day' END FROM ${each(others)}`,
  ],
  [
    'ledger',
    'practice_id, contact_id, seq, id, type, method, at, commitment, hash',
    `:practice, 'old-' || (n % ${contacts}), n / ${contacts}, gen_random_uuid(), 'accepted', 'sms', ${at}, 'x', 'x'
     FROM ${each(others)}`,
  ],
  [
    'ledger_ends',
    'practice_id, chain, end_enc',
    `:practice, 'old-' || n, 'x' FROM generate_series(0, ${contacts - 1}) n`,
  ],
  [
    'events',
    'id, practice_id, type, at, contact_id, turn',
    `gen_random_uuid(), :practice, 'message.sent', ${at}, ${contactOf}, 0 FROM ${each(others)}`,
  ],
  [
    'undos',
    'id, practice_id, contact_id, act, subject, before, at',
    `gen_random_uuid(), :practice, 'old-' || n, 'stop', 'sms', '{}', now() + interval '1 hour' FROM ${each(contacts)}`,
  ],
  [
    'unsubscribe_links',
    'token_hash, practice_id, contact_id, method, address_hash, created_at',
    `'old-' || n, :practice, 'old-' || n, 'email', 'hash-' || n, ${at} FROM ${each(contacts)}`,
  ],
  [
    'preference_links',
    'token_hash, practice_id, contact_id, method, address_hash, created_at, expires_at',
    `'old-' || n, :practice, 'old-' || n, 'email', 'hash-' || n, ${at}, now() + interval '1 year' FROM ${each(contacts)}`,
  ],
  [
    'code_requests',
    'id, practice_id, method, mailbox_hash, network_hash, queued, created_at',
    // Of a day: older ones are forgotten.
    `gen_random_uuid(), :practice, ${method}, 'hash-' || n, CASE WHEN n % 4 > 1 THEN 'network-' || n % 500 END, true,
     now() - n * interval '15 seconds' FROM ${each(5_000)}`,
  ],
  [
    'booking_sessions',
    `id, practice_id, token_hash, hosted, state, methods, proven, details_enc, contact_ids, address_hashes, created_at,
     expires_at`,
    // Those of a month, of many practices.
    `gen_random_uuid(), CASE WHEN n % 50 = 0 THEN :practice ELSE 'old-' || n % 50 END, 'old-' || n, false, 'choosing',
     '{}', '{}', 'x', ARRAY['old-' || n], ARRAY['hash-' || n], ${at}, now() + interval '1 day' FROM ${each(others)}`,
  ],
  [
    'rate_shares',
    'practice_id, provider, kind, taken_until',
    `'old-' || n, 'resend', 'urgent', ${at} FROM ${each(contacts)}`,
  ],
  [
    'batches',
    'id, practice_id, payload_enc, created_at',
    `gen_random_uuid(), :practice, 'x', ${at} FROM ${each(contacts)}`,
  ],
  [
    'practice_senders',
    'practice_id, kind, value, shared, allotted_at',
    `'old-' || n, 'smsFrom', '+1' || n, n % 2 = 0, ${at} FROM ${each(contacts)}`,
  ],
  [
    'rejected_signals',
    'id, practice_id, contact_id, signal, reason, payload_enc, received_at, waits_for_key',
    // A few wait for a key.
    `gen_random_uuid(), :practice, ${contactOf}, 'sendMessage', 'x', 'x', ${at}, CASE WHEN n % 1000 = 0 THEN 'old' END
     FROM ${each(others)}`,
  ],
  [
    'queue_samples',
    'practice_id, at, queued',
    // Those of many other practices, and this one's of a month.
    `CASE WHEN n % 10 = 0 THEN :practice ELSE 'old-' || n % 100 END, now() - n / 10 * interval '10 minutes', 1
     FROM ${each(others)}`,
  ],
  [
    'idempotency_keys',
    'practice_id, scope, key, body_hash, contact_ids, created_at',
    // Old ones of this practice, and newer ones of many others.
    `CASE WHEN n <= 1000 THEN :practice ELSE 'old-' || n % 100 END, 'old', n::text, 'x', ARRAY['old-' || n], ${at}
     FROM ${each(contacts)}`,
  ],
];

export const growing: ReadonlySet<string> = new Set(rows.map(([table]) => table));
