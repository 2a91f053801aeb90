-- A point in the sequence and an xid of our own, for AdvanceCursor.
select s, x from /*schema*/mark()
