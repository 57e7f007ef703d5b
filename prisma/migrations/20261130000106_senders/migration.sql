-- What a practice may write as: the operator allots it (src/db/sender-store.ts). A value of `emailFrom` is an address, or a
-- domain whose every address it is; of `faxGateway`, the domain of a gateway.
CREATE TABLE practice_senders (
  practice_id text NOT NULL REFERENCES practices (id) ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('emailFrom', 'smsFrom', 'faxGateway')),
  value text NOT NULL,
  -- Other practices may have the number too: only where the operator says so.
  shared boolean NOT NULL DEFAULT false,
  allotted_at timestamptz(3) NOT NULL,
  PRIMARY KEY (practice_id, kind, value)
);
-- Replies are routed by the number they were sent to.
CREATE UNIQUE INDEX practice_senders_number ON practice_senders (value) WHERE kind = 'smsFrom' AND NOT shared;

-- Of a sender only the address ever counted; now only it is kept. What holds none is left, and sends nothing, as before.
UPDATE practices SET settings = jsonb_set(settings, '{sender,emailFrom}', to_jsonb(lower(bare.address)))
FROM (
  SELECT id, trim(COALESCE(substring(settings #>> '{sender,emailFrom}' FROM '<([^<>]*)>\s*$'),
                           settings #>> '{sender,emailFrom}')) AS address
  FROM practices
) bare
WHERE bare.id = practices.id AND bare.address ~ '^[A-Za-z0-9.!#$%&''*+/=?^_`{|}~-]+@[A-Za-z0-9-]+([.][A-Za-z0-9-]+)+$';
UPDATE practices SET settings = jsonb_set(settings, '{sender,faxGateway}', to_jsonb(lower(settings #>> '{sender,faxGateway}')))
WHERE settings #>> '{sender,faxGateway}' IS NOT NULL;

-- Practices keep what they use.
INSERT INTO practice_senders (practice_id, kind, value, allotted_at)
SELECT p.id, s.kind, s.value, now()
FROM practices p, jsonb_each_text(COALESCE(NULLIF(p.settings -> 'sender', 'null'), '{}')) AS s (kind, value)
WHERE s.kind IN ('emailFrom', 'smsFrom', 'faxGateway') AND s.value IS NOT NULL
  AND (s.kind <> 'emailFrom' OR s.value ~ '^[^@<>,\s]+@[^@<>,\s]+$');

-- An allotment now says that a number is one practice's own; a shared number may be in the settings of several.
DROP INDEX practices_sms_from;
CREATE INDEX practices_sms_from ON practices ((settings #>> '{sender,smsFrom}'))
  WHERE settings #>> '{sender,smsFrom}' IS NOT NULL;
