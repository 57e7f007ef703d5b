-- Work that one process at a time should do. A lease, not a lock: a lock would keep a transaction open for as long as
-- the work takes, and a frozen holder would keep it for ever.
CREATE TABLE leases (
  name  text PRIMARY KEY,
  until timestamptz(3) NOT NULL
);
