-- The second lock of tenancy (docs/tenancy.md): a process that serves practices connects as a member of
-- optgate_service, and sees the rows of the practice that its transaction works for (the setting optgate.practice).
-- A member of optgate_across may also work for all of them at once. The owner of the tables, who runs migrations and
-- `npm run admin`, is not held by these rules.
--
-- Roles belong to the whole server, so another database of it may have made them already, or be making them now.
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['optgate_service', 'optgate_across'] LOOP
    BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
        EXECUTE format('CREATE ROLE %I NOLOGIN', name);
      END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL;
    END;
  END LOOP;
END $$;

GRANT USAGE ON SCHEMA public TO optgate_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO optgate_service;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO optgate_service;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO optgate_service;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO optgate_service;

-- Which version the schema has is the owner's to say, and keys are introduced, never changed or taken away.
REVOKE ALL ON _prisma_migrations FROM optgate_service;
REVOKE UPDATE, DELETE ON secrets, ledger_keys, installation FROM optgate_service;

-- Every table with a practice in it. last_texts has one too, and is open to all: of a number that several practices
-- share it says which of them texted last, and each of them replaces the others' row. It holds keyed hashes.
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY[
    'api_keys', 'batches', 'booking_sessions', 'channels', 'code_requests', 'contacts', 'deliveries', 'dispatch_turns',
    'dispatchers', 'events', 'idempotency_keys', 'inbound_messages', 'ledger', 'ledger_ends', 'ledger_roots',
    'ledger_signed_roots', 'message_links', 'messages', 'opt_in_requests', 'preference_links', 'queue_samples',
    'rejected_signals', 'suppressions', 'templates', 'unbound_signals', 'undos', 'unsubscribe_links',
    'webhook_endpoints'
  ] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format(
      'CREATE POLICY one_practice ON %I TO optgate_service USING (practice_id = current_setting(''optgate.practice'', true))',
      name);
    EXECUTE format(
      'CREATE POLICY every_practice ON %I TO optgate_across USING (current_setting(''optgate.practice'', true) = ''*'')',
      name);
  END LOOP;
END $$;

ALTER TABLE practices ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_practice ON practices TO optgate_service USING (id = current_setting('optgate.practice', true));
CREATE POLICY every_practice ON practices TO optgate_across USING (current_setting('optgate.practice', true) = '*');

-- The numbers and domains that the operator allotted: every opt-in by text asks whether its number may be shared.
ALTER TABLE practice_senders ENABLE ROW LEVEL SECURITY;
CREATE POLICY read_by_all ON practice_senders FOR SELECT TO optgate_service USING (true);
CREATE POLICY one_practice ON practice_senders TO optgate_service USING (practice_id = current_setting('optgate.practice', true));
CREATE POLICY every_practice ON practice_senders TO optgate_across USING (current_setting('optgate.practice', true) = '*');
