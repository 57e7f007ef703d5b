-- The last word about an address, where it was a no, or a stop of one contact by staff (src/domain/refusal.ts). It was
-- kept only while the address was assigned: corrected and corrected back, the address was one that nobody had asked.
CREATE TABLE refusals (
  practice_id text NOT NULL REFERENCES practices (id) ON DELETE CASCADE,
  method text NOT NULL CHECK (method IN ('email', 'sms')),
  address_hash text NOT NULL,
  word text NOT NULL CHECK (word IN ('declined', 'revoked')),
  reason text,
  since timestamptz(3) NOT NULL,
  PRIMARY KEY (practice_id, address_hash, method)
);

-- Of earlier ones only today's addresses are known. A stop of the address is a suppression already. When a no was said
-- stands in the ledger alone: it counts as said when its contact changed last, and never as older than it is.
INSERT INTO refusals (practice_id, method, address_hash, word, reason, since)
SELECT DISTINCT ON (ch.practice_id, ch.address_hash, ch.method)
  ch.practice_id, ch.method, ch.address_hash, ch.state, ch.reason, COALESCE(ch.revoked_at, c.updated_at)
FROM channels ch
JOIN contacts c ON c.practice_id = ch.practice_id AND c.id = ch.contact_id
WHERE ch.method IN ('email', 'sms') AND ch.address_hash IS NOT NULL
  AND (ch.state = 'revoked' OR ch.state = 'declined' AND ch.reason IS DISTINCT FROM 'asked again by staff')
  AND NOT EXISTS (
    SELECT FROM suppressions s
    WHERE s.practice_id = ch.practice_id AND s.method = ch.method AND s.address_hash = ch.address_hash
      AND s.kind = 'stopped' AND s.lifted_at IS NULL)
ORDER BY ch.practice_id, ch.address_hash, ch.method, ch.state DESC, c.updated_at DESC;

ALTER TABLE refusals ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_practice ON refusals TO optgate_service USING (practice_id = current_setting('optgate.practice', true));
CREATE POLICY every_practice ON refusals TO optgate_across USING (current_setting('optgate.practice', true) = '*');
