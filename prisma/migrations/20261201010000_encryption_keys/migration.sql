-- Keys are rotated by what the processes know together (docs/operations.md, "Rotate the encryption key"): which keys each
-- running process holds, and which one seals.
CREATE TABLE encryption_keys (
  id text PRIMARY KEY,
  -- Of the key's bytes: two processes may not mean two keys by one name.
  fingerprint text NOT NULL,
  -- The one with the latest time seals. NULL: it never did.
  seals_since timestamptz(3),
  -- Every running process has sealed with another one since then, and nothing begun later needs this one. NULL: not yet.
  left_at timestamptz(3),
  retired_at timestamptz(3)
);

CREATE TABLE processes (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  -- In the order of its ENCRYPTION_KEYS.
  key_ids text[] NOT NULL,
  seals_with text NOT NULL,
  seen_at timestamptz(3) NOT NULL
);

-- A signal whose encryption key was not there is stored when it is. The id as its payload names it.
ALTER TABLE rejected_signals ADD COLUMN waits_for_key text;

-- Which key seals is for all processes to agree on; that one is retired is the operator's to say.
REVOKE UPDATE, DELETE ON encryption_keys FROM optgate_service;
GRANT UPDATE (seals_since, left_at) ON encryption_keys TO optgate_service;
