-- Behind a pooler that gives each transaction another connection, a process cannot hold a lock for as long as it runs. So each
-- of its transactions asks to be let in, with the number of look-up keys that the process hashes with (src/db/lookup-guard.ts):
-- refused while a key is being replaced (OG001), and where one was (OG002). Each statement in here sees what was committed
-- when it began, so the keys are counted under the lock.
CREATE FUNCTION admit_process(known integer) RETURNS void LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public AS $$
BEGIN
  IF NOT pg_try_advisory_xact_lock_shared(72707370) THEN
    RAISE EXCEPTION 'the look-up key is being replaced' USING ERRCODE = 'OG001';
  END IF;
  IF known <> (SELECT GREATEST(count(*), 1) FROM public.secrets WHERE name LIKE 'lookup.%') THEN
    RAISE EXCEPTION 'the look-up key was replaced' USING ERRCODE = 'OG002';
  END IF;
END $$;
REVOKE ALL ON FUNCTION admit_process FROM PUBLIC;
GRANT EXECUTE ON FUNCTION admit_process TO optgate_service;
