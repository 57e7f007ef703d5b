-- Contacts that act for others, when one of these is merged. By the practice, not by the ids in it: the policies of a service
-- role keep an index over lists from being used.
CREATE INDEX CONCURRENTLY contacts_acting ON contacts (practice_id) WHERE acts_for <> '{}';
