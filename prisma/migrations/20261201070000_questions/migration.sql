-- Opt-ins sent to each mailbox or number within a day, however it is spelt, for the limits on them
-- (src/db/question-budget.ts). Keyed hashes; forgotten after a day.
CREATE TABLE questions (
  delivery_id uuid PRIMARY KEY,
  practice_id text NOT NULL REFERENCES practices (id) ON DELETE CASCADE,
  mailbox_hash text NOT NULL,
  asked_at timestamptz(3) NOT NULL
);
CREATE INDEX questions_practice ON questions (practice_id, mailbox_hash, asked_at);
CREATE INDEX questions_mailbox ON questions (mailbox_hash, asked_at);
CREATE INDEX questions_age ON questions (asked_at);

ALTER TABLE questions ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_practice ON questions TO optgate_service USING (practice_id = current_setting('optgate.practice', true));
CREATE POLICY every_practice ON questions TO optgate_across USING (current_setting('optgate.practice', true) = '*');

-- When the newest but `newer` of all practices' opt-ins to a mailbox left, one delivery aside. Like codes_to_mailbox: one
-- limit for all, of which a process that works for one practice learns a time and nothing else.
CREATE FUNCTION question_to_mailbox(mailbox text, aside uuid, newer integer) RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT asked_at FROM public.questions WHERE mailbox_hash = mailbox AND delivery_id <> aside
  ORDER BY asked_at DESC OFFSET newer LIMIT 1
$$;
REVOKE ALL ON FUNCTION question_to_mailbox FROM PUBLIC;
GRANT EXECUTE ON FUNCTION question_to_mailbox TO optgate_service;
