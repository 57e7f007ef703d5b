-- channels_ready and channels_by_look replace them.
DROP INDEX channels_dispatch;
DROP INDEX channels_look;
