-- A stop, a dead address and a doubt are three facts about one address: each has a row of its own, and ends by itself.
ALTER TABLE suppressions DROP CONSTRAINT suppressions_pkey;
ALTER TABLE suppressions ADD PRIMARY KEY (practice_id, method, address_hash, kind);
