-- When the last message left from a number, and when the last request for consent was made there: a YES without a code
-- counts for that request and no other, and for none after a message (src/db/texted-from-store.ts). Of texts before, and of
-- those of a worker that does not know the columns, only last_at and message_last say something: known_at differs from
-- last_at then.
ALTER TABLE texted_from
  ADD COLUMN message_at timestamptz(3),
  ADD COLUMN asked_at timestamptz(3),
  ADD COLUMN known_at timestamptz(3);
