-- A switch of a whole practice leaves one mark; its contacts are worked off page by page (src/db/practice-looks.ts).
ALTER TABLE practices
  -- When the last switch was turned that may have opened lanes; null: all of them were looked at since.
  ADD COLUMN look_since timestamptz(3),
  -- The contact up to which they were.
  ADD COLUMN look_after text NOT NULL DEFAULT '';
CREATE INDEX practices_look ON practices (look_since) WHERE look_since IS NOT NULL;
