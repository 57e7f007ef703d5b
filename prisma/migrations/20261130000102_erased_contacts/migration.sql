-- Who was erased of late: what was stored in the same moment is forgotten by the sweeper.
CREATE INDEX CONCURRENTLY contacts_erased ON contacts (erased_at) WHERE erased_at IS NOT NULL;
