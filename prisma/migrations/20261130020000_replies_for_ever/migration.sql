-- Plivo's signatures have no time: a YES or START that somebody caught must not count again when its id is forgotten.
-- So the ids of replies are kept; everything else has a day on which it may go, and the sweeper finds it by index.
ALTER TABLE webhook_events ADD COLUMN forget_at timestamptz(3);
UPDATE webhook_events SET forget_at = received_at + interval '30 days' WHERE event_id NOT LIKE 'inbound:%';
DROP INDEX webhook_events_open;
CREATE INDEX webhook_events_forget ON webhook_events (forget_at) WHERE forget_at IS NOT NULL;
