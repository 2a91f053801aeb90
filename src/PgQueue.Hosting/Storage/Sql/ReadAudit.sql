-- A page of acts, the newest first. Parameters: the line to go on after, size. Index: audit_pkey.
select id as Id, at as At, actor as Actor, act as Act, target as Target, reason as Reason, count as Count
from /*schema*/audit
where @after::bigint is null or id < @after
order by id desc
limit @size
