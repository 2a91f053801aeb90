-- Pass the gate before keyed jobs run. Parameter: job ids. Locks: their key rows, skipping held ones.
select job, verdict from /*schema*/gate_jobs($1)
