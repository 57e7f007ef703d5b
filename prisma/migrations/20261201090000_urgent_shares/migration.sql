-- How much of a provider's rate each practice has taken ahead of others, for messages that a person waits for
-- (src/domain/urgent-share.ts): one time per provider, until which its share is used up. Such messages went ahead of
-- everybody's, however many a practice had.
CREATE TABLE urgent_shares (
  practice_id text NOT NULL REFERENCES practices (id) ON DELETE CASCADE,
  provider text NOT NULL REFERENCES provider_rates (provider),
  -- The database's own clock, as in provider_rates.
  taken_until timestamptz(6) NOT NULL,
  PRIMARY KEY (practice_id, provider)
);

ALTER TABLE urgent_shares ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_practice ON urgent_shares TO optgate_service USING (practice_id = current_setting('optgate.practice', true));
CREATE POLICY every_practice ON urgent_shares TO optgate_across USING (current_setting('optgate.practice', true) = '*');
