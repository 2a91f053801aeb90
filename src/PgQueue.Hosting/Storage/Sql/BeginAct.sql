-- The line of an act on many, written before it. Parameters: actor, act, target, reason.
select /*schema*/note_act(null, $1, $2, $3, $4, 0)
