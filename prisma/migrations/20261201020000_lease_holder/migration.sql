-- Renewed and given back by the process that took it alone: one whose work outlasted its lease ends the next one's no
-- more.
ALTER TABLE leases ADD COLUMN holder text;
