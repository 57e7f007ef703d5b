-- A dispatcher that finds nothing left of a provider's rate stands in line as one, not each of its lanes by itself.
CREATE TABLE dispatch_turns (
  practice_id text NOT NULL REFERENCES practices (id),
  method      text NOT NULL,
  -- Before, only what somebody waits for is tried.
  turn_at     timestamptz(3) NOT NULL,
  PRIMARY KEY (practice_id, method)
);
-- What somebody waits for goes ahead of everything else.
CREATE INDEX deliveries_urgent ON deliveries (practice_id, method)
  WHERE status = 'queued' AND purpose IN ('answer', 'code');
