-- Make a detached partition part of the archive. Locks: the archive only.
select /*schema*/attach_detached()
