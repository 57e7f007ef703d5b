-- Who asked for codes of a booking, for the limits on it (src/db/code-budget.ts): by mailbox, however its address is
-- spelt, by network, and by practice. Keyed hashes; forgotten after a day.
CREATE TABLE code_requests (
  -- Of the delivery that carries the code, where one was queued.
  id uuid PRIMARY KEY,
  practice_id text NOT NULL REFERENCES practices (id) ON DELETE CASCADE,
  method text NOT NULL CHECK (method IN ('email', 'sms')),
  mailbox_hash text NOT NULL,
  -- Only where anybody can ask: on the public page.
  network_hash text,
  queued boolean NOT NULL,
  created_at timestamptz(3) NOT NULL
);
CREATE INDEX code_requests_mailbox ON code_requests (mailbox_hash, created_at) WHERE queued;
CREATE INDEX code_requests_practice ON code_requests (practice_id, created_at) WHERE queued;
CREATE INDEX code_requests_network ON code_requests (practice_id, network_hash, created_at) WHERE network_hash IS NOT NULL;
CREATE INDEX code_requests_age ON code_requests (created_at);

-- What was sent within the last day counts on.
INSERT INTO code_requests (id, practice_id, method, mailbox_hash, queued, created_at)
SELECT id, practice_id, method, address_hash, true, created_at FROM deliveries
WHERE purpose = 'code' AND address_hash IS NOT NULL AND created_at > now() - interval '1 day';
