-- Where each attempt went that was given back or tried again: what is said of it late is about that address. An attempt
-- whose id nobody knows is counted too, as ''; an address that was not kept is ''.
ALTER TABLE deliveries ADD COLUMN earlier_addresses text[] NOT NULL DEFAULT '{}';
UPDATE deliveries SET earlier_addresses = array_fill(''::text, ARRAY[cardinality(earlier_ids)])
WHERE cardinality(earlier_ids) > 0;
