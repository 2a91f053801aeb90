-- Say how long this process wants records to be kept. Parameters: queues ('': all), seconds for succeeded and for others (infinity: for ever, 0: as all), archive.
select /*schema*/announce_retention($1, $2, $3, $4)
