-- An address that cannot be reached stays so beneath a stop or a doubt, and when that ends. One row for an address, as
-- before: processes of the version before this one go on writing to it while a deployment is under way.
ALTER TABLE suppressions
  ADD COLUMN dead_reason text,
  ADD COLUMN dead_since timestamptz(3);
-- For some hours of development each kind had a row of its own. Elsewhere there is nothing to do.
DO $$
BEGIN
  IF (SELECT cardinality(conkey) FROM pg_constraint
      WHERE conrelid = 'suppressions'::regclass AND contype = 'p') = 4 THEN
    UPDATE suppressions s SET dead_reason = dead.reason, dead_since = dead.since
    FROM suppressions dead
    WHERE (dead.practice_id, dead.method, dead.address_hash) = (s.practice_id, s.method, s.address_hash)
      AND dead.kind = 'unreachable' AND dead.lifted_at IS NULL AND s.kind <> 'unreachable' AND s.lifted_at IS NULL;
    DELETE FROM suppressions s USING suppressions other
    WHERE (other.practice_id, other.method, other.address_hash) = (s.practice_id, s.method, s.address_hash)
      AND (other.lifted_at IS NOT NULL, array_position(ARRAY['stopped', 'doubtful', 'unreachable'], other.kind))
        < (s.lifted_at IS NOT NULL, array_position(ARRAY['stopped', 'doubtful', 'unreachable'], s.kind));
    ALTER TABLE suppressions DROP CONSTRAINT suppressions_pkey;
    ALTER TABLE suppressions ADD PRIMARY KEY (practice_id, method, address_hash);
  END IF;
END $$;
