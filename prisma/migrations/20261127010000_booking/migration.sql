-- First booking: a person chooses how they may be written to, agrees, and proves with a code that each address is theirs.

-- Codes leave before their person is a contact, on the lanes of the practice's doorstep (src/db/doorstep-store.ts).
ALTER TABLE deliveries DROP CONSTRAINT deliveries_purpose_check;
ALTER TABLE deliveries ADD CONSTRAINT deliveries_purpose_check
  CHECK (purpose IN ('content', 'opt_in', 'answer', 'code'));
-- How many codes an address was sent, whoever asked for them, and how many a practice sent.
CREATE INDEX deliveries_codes ON deliveries (address_hash, created_at) WHERE purpose = 'code';
CREATE INDEX deliveries_practice_codes ON deliveries (practice_id, created_at) WHERE purpose = 'code';
-- A code that was sent long ago is forgotten, with the address it went to.
CREATE INDEX deliveries_kept_codes ON deliveries (created_at) WHERE purpose = 'code' AND content_enc IS NOT NULL;

CREATE TABLE booking_sessions (
  id uuid PRIMARY KEY,
  practice_id text NOT NULL REFERENCES practices (id),
  token_hash text NOT NULL UNIQUE,
  -- Begun on the page that anybody can open, not by the practice's scheduler.
  hosted boolean NOT NULL,
  state text NOT NULL CHECK (state IN ('choosing', 'proving', 'done')),
  -- What the person chose, and for which of it a code was entered.
  methods text[] NOT NULL DEFAULT '{}',
  proven text[] NOT NULL DEFAULT '{}',
  -- Who books, and what they were shown and agreed to.
  details_enc text NOT NULL,
  created_at timestamptz(3) NOT NULL,
  expires_at timestamptz(3) NOT NULL
);
CREATE INDEX booking_sessions_expiry ON booking_sessions (expires_at);

-- Only a session's newest code for a method counts. The id is that of the delivery which carries it.
CREATE TABLE booking_codes (
  id uuid PRIMARY KEY,
  session_id uuid NOT NULL REFERENCES booking_sessions (id) ON DELETE CASCADE,
  method text NOT NULL CHECK (method IN ('email', 'sms')),
  -- Keyed, over the address too: a code says nothing about another address.
  code_hash text NOT NULL,
  -- Codes that were entered and were not it.
  tries integer NOT NULL DEFAULT 0,
  created_at timestamptz(3) NOT NULL,
  expires_at timestamptz(3) NOT NULL
);
CREATE INDEX booking_codes_session ON booking_codes (session_id, method, created_at);
