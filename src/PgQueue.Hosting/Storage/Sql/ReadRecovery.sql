-- Whether this server is a standby; also a sign of life.
select pg_is_in_recovery()
