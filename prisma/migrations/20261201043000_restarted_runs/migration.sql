-- Runs of contacts' workflows that could not move, and were ended and started again (src/temporal/stuck-runs.ts).
CREATE TABLE restarted_runs (
  id          uuid PRIMARY KEY,
  practice_id text NOT NULL,
  contact_id  text NOT NULL,
  reason      text NOT NULL,
  at          timestamptz(3) NOT NULL
);
CREATE INDEX restarted_runs_age ON restarted_runs (at);
ALTER TABLE restarted_runs ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_practice ON restarted_runs TO optgate_service USING (practice_id = current_setting('optgate.practice', true));
CREATE POLICY every_practice ON restarted_runs TO optgate_across USING (current_setting('optgate.practice', true) = '*');
