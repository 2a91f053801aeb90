-- Drop or detach the oldest partition past retention. Locks: its parent, for as long as moving what stays takes; 55P03 after 100 ms of waiting.
select /*schema*/drop_expired()
