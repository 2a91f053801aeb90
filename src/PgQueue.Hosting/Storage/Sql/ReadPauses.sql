-- What is paused.
select kind as Kind, name as Name, reason as Reason, actor as Actor, since as Since
from /*schema*/pause
where resumed_at is null
order by kind, name
