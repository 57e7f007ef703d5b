-- Two providers may take the same channel: a report, a repeat and staff need to know which one was called.
ALTER TABLE deliveries ADD COLUMN provider text;
