-- How many codes all practices together have sent to a mailbox since a moment. A process that works for one practice sees
-- only that practice's requests, and the mailbox has one limit for all: the function runs as the owner of the tables,
-- whom no policy holds, and tells a number and nothing else.
CREATE FUNCTION codes_to_mailbox(mailbox text, since timestamptz) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT count(*)::int FROM public.code_requests WHERE mailbox_hash = mailbox AND queued AND created_at > since
$$;
REVOKE ALL ON FUNCTION codes_to_mailbox FROM PUBLIC;
GRANT EXECUTE ON FUNCTION codes_to_mailbox TO optgate_service;
