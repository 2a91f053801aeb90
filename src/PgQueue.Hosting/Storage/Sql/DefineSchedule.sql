-- Add or change a schedule if its revision is the expected one. Parameters: instance, then the definition, anchor, next occurrence, the one seen before, and whether it stays. Locks: schedule_version, the row.
select /*schema*/define_schedule($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
