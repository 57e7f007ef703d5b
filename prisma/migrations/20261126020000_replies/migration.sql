-- A stop that may have been meant otherwise counts, and staff read it.
ALTER TABLE inbound_messages ADD COLUMN doubtful boolean NOT NULL DEFAULT false;
CREATE INDEX inbound_messages_open ON inbound_messages (practice_id, received_at, id) WHERE handled_at IS NULL;
-- How often a number was answered of late.
CREATE INDEX deliveries_answers ON deliveries (practice_id, contact_id, created_at) WHERE purpose = 'answer';
