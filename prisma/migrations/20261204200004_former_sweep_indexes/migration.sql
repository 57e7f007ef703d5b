-- channels_unnoticed and contacts_not_told replace them.
DROP INDEX channels_woken;
DROP INDEX contacts_unannounced;
