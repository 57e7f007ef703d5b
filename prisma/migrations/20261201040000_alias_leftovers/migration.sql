-- Merged contacts that an array call registered once more, which earlier releases let it do: the sweeper empties them.
CREATE INDEX CONCURRENTLY contacts_alias_leftovers ON contacts (practice_id, id) WHERE merged_into IS NOT NULL AND registered;
