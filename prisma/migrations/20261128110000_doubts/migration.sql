-- A reply that may be a stop holds what goes to its address until it is settled. It bars the address like a stop does:
-- `reason` says why it is doubtful, `since` when the first such reply came.
ALTER TABLE suppressions DROP CONSTRAINT suppressions_kind_check;
ALTER TABLE suppressions ADD CONSTRAINT suppressions_kind_check
  CHECK (kind IN ('stopped', 'unreachable', 'doubtful'));
ALTER TABLE channels ADD COLUMN doubt text CHECK (doubt IN ('unsure', 'wrong_person', 'deceased'));
ALTER TABLE channels ADD COLUMN doubted_at timestamptz(3);
ALTER TABLE channels ADD CONSTRAINT channels_doubt_dated CHECK ((doubt IS NULL) = (doubted_at IS NULL));

-- How a reply was read, what was answered, and what staff (or the person's own later word) made of it. Replies of before
-- have none of this: a doubtful one stopped the number then, and that stays so.
ALTER TABLE inbound_messages
  ADD COLUMN address_hash text,
  ADD COLUMN rule text,
  ADD COLUMN doubt text CHECK (doubt IN ('unsure', 'wrong_person', 'deceased')),
  ADD COLUMN asked boolean NOT NULL DEFAULT false,
  ADD COLUMN answered text,
  ADD COLUMN resolved_as text CHECK (resolved_as IN ('stop', 'yes', 'nothing')),
  ADD COLUMN resolved_at timestamptz(3),
  ADD COLUMN resolved_by_enc text,
  -- What staff should read first: a doubt, then what was not understood of somebody who was asked.
  ADD COLUMN priority smallint NOT NULL GENERATED ALWAYS AS (
    CASE WHEN handled_at IS NOT NULL OR resolved_as IS NOT NULL THEN 0
         WHEN doubtful THEN 2
         WHEN meaning = 'unclear' AND asked THEN 1
         ELSE 0 END) STORED;
DROP INDEX inbound_messages_practice;
DROP INDEX inbound_messages_open;
CREATE INDEX inbound_messages_practice ON inbound_messages (practice_id, priority, received_at, id);
CREATE INDEX inbound_messages_open ON inbound_messages (practice_id, priority, received_at, id)
  WHERE handled_at IS NULL;
-- What one number wrote of late, and was answered.
CREATE INDEX inbound_messages_number ON inbound_messages (practice_id, address_hash, received_at)
  WHERE address_hash IS NOT NULL;
