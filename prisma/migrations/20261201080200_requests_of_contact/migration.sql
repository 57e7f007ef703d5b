-- A contact's opt-in requests, when it is merged, erased or exported.
CREATE INDEX CONCURRENTLY opt_in_requests_contact ON opt_in_requests (practice_id, contact_id);
