-- The name a practice writes under is allotted like its address and number: on a number or an address that several
-- practices use, it is all that tells a person who writes. Practices keep the names they use.
ALTER TABLE practice_senders DROP CONSTRAINT practice_senders_kind_check;
ALTER TABLE practice_senders ADD CONSTRAINT practice_senders_kind_check
  CHECK (kind IN ('displayName', 'emailFrom', 'smsFrom', 'faxGateway'));

INSERT INTO practice_senders (practice_id, kind, value, allotted_at)
SELECT id, 'displayName', btrim(regexp_replace(settings #>> '{sender,displayName}', '\s+', ' ', 'g')), now()
FROM practices
WHERE btrim(settings #>> '{sender,displayName}') <> ''
ON CONFLICT DO NOTHING;
