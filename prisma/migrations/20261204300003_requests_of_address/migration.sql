-- Requests about one address, closed ones too: was another contact's open when a reply came (src/answers/open-requests.ts)?
CREATE INDEX CONCURRENTLY opt_in_requests_address ON opt_in_requests (practice_id, method, address_hash);
