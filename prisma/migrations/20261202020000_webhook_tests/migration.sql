-- Test calls of an endpoint, and of all of its practice, within the window that began then.
ALTER TABLE webhook_endpoints ADD COLUMN tests integer NOT NULL DEFAULT 0, ADD COLUMN tests_since timestamptz(3);
ALTER TABLE practices ADD COLUMN tests integer NOT NULL DEFAULT 0, ADD COLUMN tests_since timestamptz(3);
