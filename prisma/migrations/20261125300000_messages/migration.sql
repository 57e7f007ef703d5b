-- Messages whose text stands in a producer's history in the clear: counted, so that somebody mends the producer.
CREATE INDEX messages_clear ON messages (practice_id, created_at) WHERE source = 'clear_signal';

-- Cancelled before there was anything to deliver: when its contact is registered later, nothing leaves.
ALTER TABLE messages ADD COLUMN cancelled_at timestamptz(3);

-- For metrics: of whom nobody knows whether it arrived; rare, and looked at every few seconds.
CREATE INDEX deliveries_unknown ON deliveries (claimed_at) WHERE status = 'unknown';
