-- A stop on a person's page settles no doubt that a reply from the number raised: the doubt stays beneath it.
ALTER TABLE suppressions
  ADD COLUMN doubt text CHECK (doubt IN ('unsure', 'wrong_person', 'deceased')),
  ADD COLUMN doubt_since timestamptz(3);
ALTER TABLE suppressions ADD CONSTRAINT suppressions_doubt_dated CHECK ((doubt IS NULL) = (doubt_since IS NULL));
