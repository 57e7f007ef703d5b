-- A stop is in force for everybody who has the address as soon as its row is written: each claim reads it. The records
-- of very many holders follow in pages (src/delivery/spread-bars.ts); this is the contact up to which they did.
ALTER TABLE suppressions ADD COLUMN spread_after text;
CREATE INDEX suppressions_spreading ON suppressions (since) WHERE spread_after IS NOT NULL;
