-- START, "write to me again" on a page and a doubt that is settled reach the first contacts with the address at once, and
-- the others in pages (src/delivery/spread-reopenings.ts): until then their channels stay closed. A stop of the address
-- ends what is left of it.
CREATE TABLE reopenings (
  id uuid PRIMARY KEY,
  practice_id text NOT NULL REFERENCES practices (id) ON DELETE CASCADE,
  method text NOT NULL CHECK (method IN ('email', 'sms')),
  address_hash text NOT NULL,
  -- All that was said, sealed with this row's place: what the database says of it is not believed.
  said_enc text NOT NULL,
  -- The contact up to which the holders have followed.
  after text NOT NULL,
  turn_at timestamptz(3) NOT NULL
);
CREATE INDEX reopenings_turn ON reopenings (turn_at);
CREATE INDEX reopenings_address ON reopenings (practice_id, method, address_hash);

ALTER TABLE reopenings ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_practice ON reopenings TO optgate_service USING (practice_id = current_setting('optgate.practice', true));
CREATE POLICY every_practice ON reopenings TO optgate_across USING (current_setting('optgate.practice', true) = '*');
