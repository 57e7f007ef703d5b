-- What staff can take back for some seconds: a stop they entered, a message they cancelled. `before`: what the act took
-- away (states, times, ids), to be given back as it was. A row is deleted when it is used, or with the next act.
CREATE TABLE undos (
  id          uuid PRIMARY KEY,
  practice_id text NOT NULL REFERENCES practices (id) ON DELETE CASCADE,
  contact_id  text NOT NULL,
  act         text NOT NULL CHECK (act IN ('stop', 'cancel')),
  subject     text NOT NULL,
  before      jsonb NOT NULL,
  at          timestamptz(3) NOT NULL
);
-- The newest act is the one that can be undone. `subject`: the method of a stop, the id of a message.
CREATE UNIQUE INDEX undos_subject ON undos (practice_id, act, contact_id, subject);
CREATE INDEX undos_age ON undos (practice_id, at);

-- What the next page says once: that something was done, or what was refused and what had been typed. Sealed: it names
-- people. It belongs to one page, so that another tab does not take it.
ALTER TABLE console_sessions ADD COLUMN notice_at text, ADD COLUMN notice_enc text;
