-- When a lane is worth looking at; null: only an event (an insert, an answer, a switch) can change that. Whatever is
-- overdue here was forgotten by somebody who died, and the sweeper finds it.
ALTER TABLE channels ADD COLUMN look_at timestamptz(3);
-- Green and without a backlog: the practice's dispatcher takes what is due, not the contact's own workflow.
ALTER TABLE channels ADD COLUMN dispatched boolean NOT NULL DEFAULT false;
CREATE INDEX channels_look ON channels (look_at) WHERE look_at IS NOT NULL;
CREATE INDEX channels_dispatch ON channels (practice_id, look_at) WHERE dispatched AND look_at IS NOT NULL;
UPDATE channels ch SET look_at = now()
  WHERE EXISTS (SELECT 1 FROM deliveries d WHERE d.practice_id = ch.practice_id AND d.contact_id = ch.contact_id
                AND d.method = ch.method AND d.status IN ('queued', 'sending'));

-- One row per practice: when its dispatcher was last told something, and when it looks next by itself.
CREATE TABLE dispatchers (
  practice_id text PRIMARY KEY REFERENCES practices (id),
  woken_at timestamptz(3),
  next_at timestamptz(3)
);
INSERT INTO dispatchers (practice_id) SELECT id FROM practices;

-- Quiet hours hold kinds; a complaint or bounce counts against the practice.
ALTER TABLE deliveries ADD COLUMN kind text;
ALTER TABLE deliveries ADD COLUMN reported text CHECK (reported IN ('complained', 'bounced'));
ALTER TABLE deliveries ADD COLUMN reported_at timestamptz(3);
UPDATE deliveries d SET kind = m.kind FROM messages m
  WHERE m.practice_id = d.practice_id AND m.id = d.message_id;
CREATE INDEX deliveries_reported ON deliveries (practice_id, reported_at) WHERE reported IS NOT NULL;
CREATE INDEX deliveries_sent ON deliveries (practice_id, sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX deliveries_batch ON deliveries (batch_id) WHERE status = 'sending';

-- Within fifteen minutes of the person's own action quiet hours do not bind.
ALTER TABLE contacts ADD COLUMN last_action_at timestamptz(3);
-- The id of a merged contact stays an alias.
ALTER TABLE contacts ADD COLUMN merged_into text;
ALTER TABLE practices ADD COLUMN reinstated_at timestamptz(3);

ALTER TABLE messages ADD COLUMN supersedes text;
CREATE INDEX messages_supersedes ON messages (practice_id, supersedes) WHERE supersedes IS NOT NULL;

-- An opt-in of an earlier address that is still on its way must not swallow the one to today's.
DROP INDEX deliveries_opt_in_in_flight;
CREATE UNIQUE INDEX deliveries_opt_in_in_flight ON deliveries (practice_id, contact_id, method, epoch)
  WHERE purpose = 'opt_in' AND status IN ('queued', 'sending');

-- Whether a number is shared is asked across practices that write from one sender.
CREATE INDEX channels_number ON channels (address_hash) WHERE method = 'sms' AND address_hash IS NOT NULL;

-- One-click unsubscribe (RFC 8058): one link per contact, channel and epoch; it never expires.
CREATE TABLE unsubscribe_links (
  token_hash text PRIMARY KEY,
  practice_id text NOT NULL,
  contact_id text NOT NULL,
  method text NOT NULL,
  address_hash text NOT NULL,
  created_at timestamptz(3) NOT NULL,
  FOREIGN KEY (practice_id, contact_id) REFERENCES contacts (practice_id, id)
);

-- One signed root a day over the tips of a practice's chains: what is cut off a chain later no longer fits it.
CREATE TABLE ledger_roots (
  practice_id text NOT NULL REFERENCES practices (id),
  day date NOT NULL,
  entries integer NOT NULL,
  root text NOT NULL,
  signature text NOT NULL,
  PRIMARY KEY (practice_id, day)
);
CREATE INDEX ledger_at ON ledger (practice_id, at);
