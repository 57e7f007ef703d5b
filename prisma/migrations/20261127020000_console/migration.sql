-- Who is signed in at the console. The session holds the practice's key, sealed: the console is a client of the API and
-- can do nothing that the key cannot; a key that is revoked ends its sessions with the next click.
CREATE TABLE console_sessions (
  token_hash text PRIMARY KEY,
  key_enc    text NOT NULL,
  staff_enc  text NOT NULL,
  expires_at timestamptz(3) NOT NULL
);
CREATE INDEX console_sessions_expiry ON console_sessions (expires_at);

-- How long the queue was, now and then: for the chart.
CREATE TABLE queue_samples (
  practice_id text NOT NULL REFERENCES practices (id) ON DELETE CASCADE,
  at          timestamptz(3) NOT NULL,
  queued      integer NOT NULL,
  PRIMARY KEY (practice_id, at)
);

-- Names are sealed; staff still look for people by name. Keyed hashes of the words of a name: whoever reads the table
-- without the key learns only that two names of one practice share a word.
ALTER TABLE contacts ADD COLUMN name_words text[] NOT NULL DEFAULT '{}';
CREATE INDEX contacts_name_words ON contacts USING gin (name_words);
