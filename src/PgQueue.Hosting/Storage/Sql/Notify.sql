-- Tell every listening process something. Parameters: channel, payload.
select pg_notify($1, $2)
