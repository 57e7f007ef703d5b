-- How many events of each type a day had, in the practice's own days. The sweeper counts them once (src/db/event-days.ts), so
-- that statistics read thirty rows a type, not a month of events.
CREATE TABLE event_days (
  practice_id text NOT NULL REFERENCES practices (id) ON DELETE CASCADE,
  day date NOT NULL,
  type text NOT NULL,
  events integer NOT NULL,
  PRIMARY KEY (practice_id, day, type)
);
CREATE INDEX event_days_age ON event_days (day);
ALTER TABLE event_days ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_practice ON event_days TO optgate_service USING (practice_id = current_setting('optgate.practice', true));
CREATE POLICY every_practice ON event_days TO optgate_across USING (current_setting('optgate.practice', true) = '*');

ALTER TABLE practices
  -- Events with a smaller `turn` are counted (see the migration `events` for what makes that final) …
  ADD COLUMN counted_turn bigint NOT NULL DEFAULT 0,
  -- … and when that was; null: not yet.
  ADD COLUMN counted_at timestamptz(3);
