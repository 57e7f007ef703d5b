-- Erased is erased: data about a person outside of their own rows names its contacts, so that an erasure finds it.

-- The contacts that a kept answer, or the call it answers, speaks of. `*`, which is no id: the call still runs, or its answer
-- was kept by a process of the version before; such an answer is forgotten with the next contact of the practice that is erased.
ALTER TABLE idempotency_keys ADD COLUMN contact_ids text[] NOT NULL DEFAULT '{*}';
CREATE INDEX idempotency_keys_contacts ON idempotency_keys USING gin (contact_ids);

-- The contacts of a booking, and keyed hashes of its addresses. Empty in bookings begun before this migration; they are
-- deleted a day after their two hours, as always.
ALTER TABLE booking_sessions
  ADD COLUMN contact_ids text[] NOT NULL DEFAULT '{}',
  ADD COLUMN address_hashes text[] NOT NULL DEFAULT '{}';
CREATE INDEX booking_sessions_contacts ON booking_sessions USING gin (contact_ids);
CREATE INDEX booking_sessions_addresses ON booking_sessions USING gin (address_hashes);

-- An unsubscribe link outlives the contact it was made for: it still says stop, and names nobody.
ALTER TABLE unsubscribe_links ALTER COLUMN contact_id DROP NOT NULL;

-- What a page of the console says once can hold what somebody typed. Nobody comes for it later than this.
ALTER TABLE console_sessions ADD COLUMN notice_until timestamptz(3);
