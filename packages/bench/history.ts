import pg from 'pg';

/** Years of finished work, written by the database itself, over as many practices and contacts as would have it. */

const practices = 50;
/** Finished deliveries of one contact: some years of them. */
const perContact = 50;

/**
 * Fills a database with `deliveries` finished ones, of which one practice in `practices` has its share, and with the
 * messages, contacts and lanes that belong to them. Each of `contactIds` has as many as any other contact. A few wait, for
 * years to come. Indexes are built afterwards, as after a restore.
 */
export async function fillWithHistory(
  databaseUrl: string,
  practiceId: string,
  contactIds: readonly string[],
  deliveries: number,
): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const contacts = Math.ceil(deliveries / perContact);
  const run = (statement: string): Promise<unknown> => client.query(statement);
  try {
    await run(`SET session_replication_role = replica`);
    await run(`SET maintenance_work_mem = '512MB'`);
    await run(`SET synchronous_commit = off`);
    await run(
      `INSERT INTO practices (id, name, settings, created_at)
       SELECT 'old-' || n, 'Old', '{}', now() FROM generate_series(1, ${practices - 1}) n`,
    );
    await run(
      `INSERT INTO dispatchers (practice_id) SELECT id FROM practices WHERE id LIKE 'old-%'`,
    );
    // Of the measured practice: its own contacts first, then others that nobody writes to any more.
    const own = contactIds.map((id) => pg.escapeLiteral(id)).join(',');
    await run(
      `CREATE TEMP TABLE holders AS
       SELECT row_number() OVER () AS n, * FROM (
         SELECT ${pg.escapeLiteral(practiceId)} AS practice_id, id AS contact_id, true AS is_own
         FROM unnest(ARRAY[${own}]) id
         UNION ALL
         SELECT CASE WHEN n % ${practices} = 0 THEN ${pg.escapeLiteral(practiceId)} ELSE 'old-' || n % ${practices} END,
                'old-' || n, false FROM generate_series(1, ${contacts - contactIds.length}) n) all_of_them`,
    );
    await run(
      `INSERT INTO contacts (practice_id, id, registered, settled, created_at, updated_at)
       SELECT practice_id, contact_id, true, true, now(), now() FROM holders WHERE NOT is_own`,
    );
    await run(
      `INSERT INTO channels (practice_id, contact_id, method, assigned, state, epoch, address_hash, dispatched)
       SELECT practice_id, contact_id, method, method <> 'fax', 'accepted', 1, 'hash-' || n || method, true
       FROM holders, unnest(ARRAY['email', 'sms', 'fax']) method WHERE NOT is_own`,
    );
    await withoutIndexes(client, 'messages', () =>
      run(
        `INSERT INTO messages (practice_id, id, contact_id, kind, content_enc, content_hash, size, methods, any_method,
                               due_at, source, arrival, created_at)
         SELECT practice_id, 'old-' || n || '-' || m, contact_id, 'ad_hoc', repeat('x', 200), repeat('x', 40), 100,
                '{email,sms}', true, at, 'http', nextval('arrivals'), at
         FROM generate_series(1, ${perContact / 2}) m, holders,
         LATERAL (SELECT now() - interval '40 days' * m AS at) past`,
      ),
    );
    await withoutIndexes(client, 'deliveries', () =>
      run(
        `INSERT INTO deliveries (id, practice_id, contact_id, method, purpose, message_id, kind, status, due_at, arrival,
                                 size, created_at, claimed_at, sent_at, delivered_at, finished_at, provider_id, address_hash)
         SELECT gen_random_uuid(), practice_id, contact_id, method, 'content', id, kind,
                CASE WHEN arrival % 100 = 0 THEN 'failed' ELSE 'delivered' END, due_at, arrival, size, created_at, due_at,
                due_at, due_at, due_at, gen_random_uuid()::text, 'hash-' || contact_id || method
         FROM messages, unnest(methods) method`,
      ),
    );
    // What is planned for the years to come is as little as in life.
    await run(
      `UPDATE deliveries SET status = 'queued', due_at = '2040-01-01', finished_at = NULL, sent_at = NULL, provider_id = NULL
       WHERE arrival % 500 = 1 AND contact_id LIKE 'old-%'`,
    );
    await run(`VACUUM ANALYZE`);
  } finally {
    await client.end();
  }
}

/** Rows are written to the table alone, and its indexes built over all of them: a tenth of the time. */
async function withoutIndexes(
  client: pg.Client,
  table: string,
  write: () => Promise<unknown>,
): Promise<void> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition FROM pg_index i
     WHERE i.indrelid = $1::regclass AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)`,
    [table],
  );
  for (const { name } of rows) await client.query(`DROP INDEX ${name}`);
  await write();
  for (const { definition } of rows) await client.query(definition);
}
