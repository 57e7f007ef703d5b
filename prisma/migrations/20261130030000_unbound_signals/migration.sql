-- Payloads that were sealed for no workflow in particular, each taken for one contact (src/db/unbound-signals.ts). `seal`:
-- SHA-256 of the sealed bytes.
CREATE TABLE unbound_signals (
  seal        text PRIMARY KEY,
  practice_id text NOT NULL,
  contact_id  text NOT NULL,
  taken_at    timestamptz(3) NOT NULL
);
CREATE INDEX unbound_signals_age ON unbound_signals (taken_at);
