-- Pull deferred jobs of our types forward. Parameters: type names, prefixes. Locks: their scheduled rows. Index: scheduled_deferred.
select /*schema*/recall_deferred($1, $2)
