CREATE TABLE practices (
  id text PRIMARY KEY,
  name text NOT NULL,
  settings jsonb NOT NULL,
  suspended_reason text,
  paused_reason text,
  created_at timestamptz(3) NOT NULL
);
-- Replies by SMS are routed by the number they were sent to.
CREATE UNIQUE INDEX practices_sms_from ON practices ((settings #>> '{sender,smsFrom}'))
  WHERE settings #>> '{sender,smsFrom}' IS NOT NULL;

CREATE TABLE api_keys (
  id uuid PRIMARY KEY,
  practice_id text NOT NULL REFERENCES practices (id),
  label text NOT NULL,
  key_hash text NOT NULL UNIQUE,
  created_at timestamptz(3) NOT NULL,
  revoked_at timestamptz(3)
);

CREATE TABLE contacts (
  practice_id text NOT NULL REFERENCES practices (id),
  id text NOT NULL,
  registered boolean NOT NULL,
  role text NOT NULL DEFAULT 'client',
  name_enc text,
  birth_date_enc text,
  time_zone text,
  locale text,
  acts_for text[] NOT NULL DEFAULT '{}',
  version integer NOT NULL DEFAULT 0,
  announced_version integer NOT NULL DEFAULT 0,
  opened_at timestamptz(3),
  erased_at timestamptz(3),
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  PRIMARY KEY (practice_id, id)
);
-- The sweeper looks for consent that was committed but never announced.
CREATE INDEX contacts_unannounced ON contacts (practice_id, id) WHERE version > announced_version;

CREATE TABLE channels (
  practice_id text NOT NULL,
  contact_id text NOT NULL,
  method text NOT NULL CHECK (method IN ('email', 'sms', 'fax')),
  assigned boolean NOT NULL DEFAULT false,
  address_enc text,
  address_hash text,
  epoch integer NOT NULL DEFAULT 0,
  state text NOT NULL DEFAULT 'not_sent',
  reason text,
  last_sent_at timestamptz(3),
  accepted_at timestamptz(3),
  revoked_at timestamptz(3),
  consent_id uuid,
  lease_token uuid,
  lease_until timestamptz(3),
  woken_at timestamptz(3),
  retry_at timestamptz(3),
  failures integer NOT NULL DEFAULT 0,
  PRIMARY KEY (practice_id, contact_id, method),
  FOREIGN KEY (practice_id, contact_id) REFERENCES contacts (practice_id, id)
) WITH (fillfactor = 80);
CREATE INDEX channels_address ON channels (practice_id, method, address_hash)
  WHERE address_hash IS NOT NULL;
CREATE INDEX channels_woken ON channels (woken_at) WHERE woken_at IS NOT NULL;

-- Arrival numbers are given under the contact's lock, so that within a contact they follow the commits.
CREATE SEQUENCE arrivals;

CREATE TABLE messages (
  practice_id text NOT NULL,
  id text NOT NULL,
  contact_id text NOT NULL,
  kind text NOT NULL,
  content_enc text NOT NULL,
  content_hash text NOT NULL,
  size integer NOT NULL,
  methods text[] NOT NULL,
  any_method boolean NOT NULL,
  due_at timestamptz(3) NOT NULL,
  not_after timestamptz(3),
  event_at timestamptz(3),
  about text,
  source text NOT NULL,
  arrival bigint NOT NULL,
  created_at timestamptz(3) NOT NULL,
  PRIMARY KEY (practice_id, id),
  FOREIGN KEY (practice_id, contact_id) REFERENCES contacts (practice_id, id)
);
CREATE INDEX messages_queue ON messages (practice_id, contact_id, due_at, arrival);
CREATE INDEX messages_created ON messages (practice_id, created_at, id);

CREATE TABLE batches (
  id uuid PRIMARY KEY,
  practice_id text NOT NULL REFERENCES practices (id),
  payload_enc text NOT NULL,
  created_at timestamptz(3) NOT NULL
);

CREATE TABLE deliveries (
  id uuid PRIMARY KEY,
  practice_id text NOT NULL,
  contact_id text NOT NULL,
  method text NOT NULL,
  purpose text NOT NULL CHECK (purpose IN ('content', 'opt_in', 'answer')),
  message_id text,
  automatic boolean NOT NULL DEFAULT false,
  epoch integer,
  status text NOT NULL CHECK (status IN
    ('queued', 'sending', 'sent', 'delivered', 'failed', 'unknown', 'expired', 'cancelled', 'suppressed')),
  reason text,
  due_at timestamptz(3) NOT NULL,
  not_after timestamptz(3),
  arrival bigint NOT NULL,
  size integer NOT NULL,
  batch_id uuid REFERENCES batches (id),
  lease_token uuid,
  address_hash text,
  callback_hash text UNIQUE,
  provider_id text,
  content_enc text,
  claimed_at timestamptz(3),
  sent_at timestamptz(3),
  delivered_at timestamptz(3),
  created_at timestamptz(3) NOT NULL,
  FOREIGN KEY (practice_id, contact_id, method) REFERENCES channels (practice_id, contact_id, method),
  FOREIGN KEY (practice_id, message_id) REFERENCES messages (practice_id, id),
  CHECK ((purpose = 'content') = (message_id IS NOT NULL))
);
-- A message goes to a method once, whoever asks how often.
CREATE UNIQUE INDEX deliveries_once ON deliveries (practice_id, message_id, method)
  WHERE message_id IS NOT NULL;
-- The opt-in goes out by itself once per epoch.
CREATE UNIQUE INDEX deliveries_automatic_opt_in ON deliveries (practice_id, contact_id, method, epoch)
  WHERE purpose = 'opt_in' AND automatic;
-- At most one opt-in is on its way per channel: a second request joins it.
CREATE UNIQUE INDEX deliveries_opt_in_in_flight ON deliveries (practice_id, contact_id, method)
  WHERE purpose = 'opt_in' AND status IN ('queued', 'sending');
-- A lane's queue: its head is found by state, never by cursor.
CREATE INDEX deliveries_queue ON deliveries (practice_id, contact_id, method, due_at, arrival)
  WHERE status = 'queued';
CREATE INDEX deliveries_sending ON deliveries (practice_id, contact_id, method) WHERE status = 'sending';
CREATE INDEX deliveries_due ON deliveries (practice_id, due_at) WHERE status = 'queued';
CREATE INDEX deliveries_expiry ON deliveries (not_after) WHERE status = 'queued' AND not_after IS NOT NULL;
CREATE INDEX deliveries_provider ON deliveries (provider_id) WHERE provider_id IS NOT NULL;
CREATE INDEX deliveries_opt_ins ON deliveries (practice_id, contact_id, method, created_at)
  WHERE purpose = 'opt_in';

CREATE TABLE opt_in_requests (
  id uuid PRIMARY KEY,
  practice_id text NOT NULL,
  contact_id text NOT NULL,
  method text NOT NULL,
  epoch integer NOT NULL,
  delivery_id uuid NOT NULL UNIQUE REFERENCES deliveries (id),
  address_hash text NOT NULL,
  sender text NOT NULL,
  token_hash text UNIQUE,
  code text,
  text_version text NOT NULL,
  shown_enc text NOT NULL,
  created_at timestamptz(3) NOT NULL,
  expires_at timestamptz(3) NOT NULL,
  closed_at timestamptz(3),
  FOREIGN KEY (practice_id, contact_id) REFERENCES contacts (practice_id, id)
);
CREATE INDEX opt_in_requests_open ON opt_in_requests (practice_id, method, address_hash, sender)
  WHERE closed_at IS NULL;
CREATE INDEX opt_in_requests_channel ON opt_in_requests (practice_id, contact_id, method)
  WHERE closed_at IS NULL;

CREATE TABLE ledger (
  practice_id text NOT NULL,
  contact_id text NOT NULL,
  seq integer NOT NULL,
  id uuid NOT NULL UNIQUE,
  type text NOT NULL,
  method text,
  at timestamptz(3) NOT NULL,
  salt_enc text,
  fields_enc text,
  commitment text NOT NULL,
  hash text NOT NULL,
  PRIMARY KEY (practice_id, contact_id, seq),
  FOREIGN KEY (practice_id, contact_id) REFERENCES contacts (practice_id, id)
);

CREATE TABLE suppressions (
  practice_id text NOT NULL REFERENCES practices (id),
  method text NOT NULL,
  address_hash text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('stopped', 'unreachable')),
  reason text NOT NULL,
  since timestamptz(3) NOT NULL,
  lifted_at timestamptz(3),
  PRIMARY KEY (practice_id, method, address_hash)
);

CREATE TABLE inbound_messages (
  id uuid PRIMARY KEY,
  practice_id text NOT NULL REFERENCES practices (id),
  contact_id text,
  method text NOT NULL,
  from_enc text NOT NULL,
  text_enc text NOT NULL,
  meaning text NOT NULL,
  received_at timestamptz(3) NOT NULL,
  handled_at timestamptz(3)
);
CREATE INDEX inbound_messages_practice ON inbound_messages (practice_id, received_at, id);

CREATE TABLE webhook_events (
  provider text NOT NULL,
  event_id text NOT NULL,
  payload_enc text,
  received_at timestamptz(3) NOT NULL,
  processed_at timestamptz(3),
  PRIMARY KEY (provider, event_id)
);
CREATE INDEX webhook_events_open ON webhook_events (received_at) WHERE processed_at IS NULL;

CREATE TABLE rejected_signals (
  id uuid PRIMARY KEY,
  practice_id text NOT NULL,
  contact_id text NOT NULL,
  signal text NOT NULL,
  reason text NOT NULL,
  payload_enc text NOT NULL,
  received_at timestamptz(3) NOT NULL
);
CREATE INDEX rejected_signals_practice ON rejected_signals (practice_id, received_at, id);

CREATE TABLE idempotency_keys (
  practice_id text NOT NULL,
  scope text NOT NULL,
  key text NOT NULL,
  body_hash text NOT NULL,
  status integer,
  answer_enc text,
  created_at timestamptz(3) NOT NULL,
  PRIMARY KEY (practice_id, scope, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

CREATE TABLE secrets (
  name text PRIMARY KEY,
  value_enc text NOT NULL
);
