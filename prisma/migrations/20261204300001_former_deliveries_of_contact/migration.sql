-- deliveries_of_contact begins with its columns.
DROP INDEX deliveries_contact;
