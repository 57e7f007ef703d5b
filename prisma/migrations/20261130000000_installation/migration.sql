-- Whether this database is a sandbox's or a live service's: what one of them made is worth nothing in the other.
CREATE TABLE installation (
  id integer PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  mode text NOT NULL CHECK (mode = ANY (ARRAY['sandbox'::text, 'live'::text])),
  claimed_at timestamptz(3) NOT NULL
);
