-- The ledger is signed from here on. An entry without `written_at` is from before, or was written by a process from
-- before: it stays marked as unsigned, and `adopted_in` names the root that says what it was when signing began.
ALTER TABLE ledger
  ADD COLUMN written_at timestamptz(3),
  ADD COLUMN adopted_in integer;
CREATE INDEX ledger_written_at ON ledger (practice_id, written_at);

-- Where a chain ends, sealed with a key that the database does not hold. `chain`: a contact's id, or `@roots`.
CREATE TABLE ledger_ends (
  practice_id text NOT NULL REFERENCES practices (id),
  chain text NOT NULL,
  end_enc text NOT NULL,
  PRIMARY KEY (practice_id, chain)
);

-- Every root with the words that were signed; `through`: the last day that is closed.
CREATE TABLE ledger_signed_roots (
  practice_id text NOT NULL REFERENCES practices (id),
  number integer NOT NULL,
  through date NOT NULL,
  statement text NOT NULL,
  key_id text NOT NULL,
  signature text NOT NULL,
  PRIMARY KEY (practice_id, number)
);
CREATE INDEX ledger_signed_roots_through ON ledger_signed_roots (practice_id, through);

-- The public keys that signed, in their order; each is vouched for by the next one, and by the one before.
CREATE TABLE ledger_keys (
  number integer PRIMARY KEY,
  statement text NOT NULL,
  signature text NOT NULL,
  previous_signature text
);

-- The evidence of a person is that of all ids that were merged into one.
CREATE INDEX contacts_merged_into ON contacts (practice_id, merged_into) WHERE merged_into IS NOT NULL;
