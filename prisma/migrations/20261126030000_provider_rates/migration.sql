-- What a provider may be given, and when: one row per provider account, shared by all workers. Not part of any
-- transaction that sends: whoever dies with tokens in hand has only made the others wait a moment longer.
CREATE TABLE provider_rates (
  provider     text PRIMARY KEY,
  -- Messages that may go now; negative while a repeat was larger than what was left.
  tokens       double precision NOT NULL DEFAULT 0,
  refilled_at  timestamptz(6) NOT NULL DEFAULT now(),
  -- The provider asked to wait (429, quota, credit …).
  paused_until timestamptz(6),
  pause_reason text,
  -- Who finds nothing left comes back at a turn of its own.
  next_turn_at timestamptz(6) NOT NULL DEFAULT now()
);
INSERT INTO provider_rates (provider) VALUES ('resend'), ('plivo');
