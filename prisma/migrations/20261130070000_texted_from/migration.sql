-- Every practice that ever texted a person from a number, and when it did last (src/db/texted-from-store.ts). One row for
-- each of them: a number can pass to another practice, and a STOP in an old thread is still meant for the one that wrote
-- there. Each text writes its time into the row, without touching the index: room for it is left on the page.
CREATE TABLE texted_from (
  address_hash text NOT NULL,
  sender text NOT NULL,
  practice_id text NOT NULL REFERENCES practices (id) ON DELETE CASCADE,
  last_at timestamptz(3) NOT NULL,
  PRIMARY KEY (address_hash, sender, practice_id)
) WITH (fillfactor = 80);

-- Of texts before, opt-ins kept the number that they left from. Other texts kept none: they are taken to have left from
-- the number that their practice has for itself today, where it has one. last_texts kept who was last, without a time.
INSERT INTO texted_from (address_hash, sender, practice_id, last_at)
SELECT address_hash, sender, practice_id, max(at) FROM (
  SELECT r.address_hash, r.sender, r.practice_id, r.created_at AS at
  FROM opt_in_requests r
  JOIN deliveries d ON d.id = r.delivery_id AND d.status IN ('sending', 'sent', 'delivered', 'unknown')
  WHERE r.method = 'sms'
  UNION ALL
  SELECT d.address_hash, p.settings #>> '{sender,smsFrom}', d.practice_id, COALESCE(d.sent_at, d.created_at)
  FROM deliveries d JOIN practices p ON p.id = d.practice_id
  WHERE d.method = 'sms' AND d.purpose <> 'opt_in' AND d.address_hash IS NOT NULL
    AND d.status IN ('sending', 'sent', 'delivered', 'unknown') AND p.settings #>> '{sender,smsFrom}' IS NOT NULL
  UNION ALL
  SELECT address_hash, sender, practice_id, now() FROM last_texts
) texted
GROUP BY address_hash, sender, practice_id
ORDER BY address_hash, sender, practice_id;

DROP TABLE last_texts;

ALTER TABLE texted_from ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_practice ON texted_from TO optgate_service USING (practice_id = current_setting('optgate.practice', true));
CREATE POLICY every_practice ON texted_from TO optgate_across USING (current_setting('optgate.practice', true) = '*');
