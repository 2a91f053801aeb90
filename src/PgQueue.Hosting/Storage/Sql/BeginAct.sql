-- The line of an act on many, written before it, or of one that changed nothing. Parameters: actor, act, target, reason.
select /*schema*/note_act(null, $1, $2, $3, $4, 0)
