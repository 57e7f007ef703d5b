-- When a delivery reached its final state: finished ones may be deleted after as long as their practice says
-- (src/db/retention.ts). What finished before counts from the day of this migration, since nobody wrote it down.
ALTER TABLE deliveries ADD COLUMN finished_at timestamptz(3) DEFAULT now();
ALTER TABLE deliveries ALTER COLUMN finished_at DROP DEFAULT;

-- A trigger, so that no way of ending a delivery can forget it. A delivery that returns to the queue is not finished.
CREATE FUNCTION note_finish() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.finished_at := CASE WHEN NEW.status NOT IN ('queued', 'sending') THEN now() END;
  RETURN NEW;
END $$;
CREATE TRIGGER deliveries_finished_at_once BEFORE INSERT ON deliveries FOR EACH ROW
  WHEN (NEW.status NOT IN ('queued', 'sending'))
  EXECUTE FUNCTION note_finish();
CREATE TRIGGER deliveries_finished BEFORE UPDATE OF status ON deliveries FOR EACH ROW
  WHEN (NEW.status IS DISTINCT FROM OLD.status)
  EXECUTE FUNCTION note_finish();

ALTER TABLE practices
  -- When the practice's contacts are looked through next for what is old enough; null: everything is kept.
  ADD COLUMN retention_at timestamptz(3),
  -- The contact up to which they were.
  ADD COLUMN retention_after text NOT NULL DEFAULT '';
CREATE INDEX practices_retention ON practices (retention_at) WHERE retention_at IS NOT NULL;
