namespace PgQueue.ProcessTests;

/// <summary>What must be true of the tables when everything is drained.</summary>
internal static class TableChecks
{
    private static readonly (string What, string Sql)[] All =
    [
        ("rows left in ready", "select count(*) from pgqueue.ready"),
        ("rows left in scheduled", "select count(*) from pgqueue.scheduled"),
        ("rows left in lease", "select count(*) from pgqueue.lease"),
        ("workers left by processes that were not killed", "select count(*) from pgqueue.worker w where w.expires_at > clock_timestamp() + interval '1 hour'"),
        ("jobs without an end", "select count(*) from pgqueue.job j where not exists(select from pgqueue.attempt a where a.job_id = j.id and a.outcome in (2, 4, 5, 9))"),
        ("jobs with two ends", "select count(*) from (select from pgqueue.attempt where outcome in (2, 4, 5, 9) group by job_id having count(*) > 1) x"),
        ("attempts without a job", "select count(*) from pgqueue.attempt a where not exists(select from pgqueue.job j where j.id = a.job_id)"),
        ("(lease, job) twice", "select count(*) from (select from pgqueue.attempt where lease_id <> 0 group by lease_id, job_id having count(*) > 1) x"),
        ("attempts burnt twice", "select count(*) from (select from pgqueue.attempt where outcome in (2, 3, 4, 10) and lease_id <> 0 group by job_id, attempt having count(*) > 1) x"),
        ("attempts above the maximum", "select count(*) from pgqueue.attempt a join pgqueue.job j on j.id = a.job_id where a.attempt > j.max_attempts"),
        ("gaps in the attempts", """
            select count(*) from (select max(attempt) filter (where outcome in (2, 3, 4, 10)) m, count(*) filter (where outcome in (2, 3, 4, 10)) n
              from pgqueue.attempt where lease_id <> 0 group by job_id) x where m <> n
            """),
        ("attempts after the end", """
            select count(*) from (select max(lease_id) filter (where outcome in (2, 4, 5, 9) and lease_id <> 0) t, max(lease_id) m
              from pgqueue.attempt group by job_id) x where t < m
            """),
        ("user rows without their completion", """
            select count(*) from fx f where not exists(select from pgqueue.attempt a where a.job_id = f.job_id and a.lease_id >= f.token and a.outcome = 2)
            """),
        ("user rows twice", "select count(*) from (select from fx group by job_id having count(*) > 1) x"),
        ("completions without their user row", """
            select count(*) from pgqueue.attempt a join pgqueue.job j on j.id = a.job_id
              where a.outcome = 2 and j.payload ->> 'kind' = 'tx' and not exists(select from fx where fx.job_id = a.job_id)
            """),
        ("runs before their due time", """
            select count(*) from pgqueue.attempt a join pgqueue.job j on j.id = a.job_id
              where j.due is not null and a.lease_id <> 0 and a.started_at < j.due - interval '2 ms'
            """),
        ("counters that do not match", """
            select count(*) from (select outcome, route, sum(n) n from pgqueue.counter where outcome in (2, 3, 4, 5, 9, 10) group by 1, 2) c
              full join (select outcome, pgqueue.route_of(type) route, sum(n) n
                from (select a.outcome, j.type, count(*) n from pgqueue.attempt a left join pgqueue.job j on j.id = a.job_id group by 1, 2) x
                where outcome in (2, 3, 4, 5, 9, 10) group by 1, 2) a using (outcome, route) where c.n is distinct from a.n
            """),
        ("keys held by two", """
            select count(*) from (select dedup_key, j.created_at, lead(j.created_at) over (partition by dedup_key order by j.created_at) as next_at,
                (select max(finished_at) from pgqueue.attempt a where a.job_id = j.id and a.outcome in (2, 4, 5, 9)) ended,
                (select max(outcome) from pgqueue.attempt a where a.job_id = j.id and a.outcome in (2, 4, 5, 9)) outcome
              from pgqueue.job j where key_scope = 1 and dedup_key is not null) x where next_at < ended and outcome in (2, 4)
            """),
    ];

    public static async Task AddAsync(Arena arena, List<string> complaints)
    {
        foreach (var (what, sql) in All)
            if (await arena.NumberAsync(sql) is var found && found != 0)
                complaints.Add($"{found} {what}");
        await arena.ExecuteAsync("select pgqueue.janitor()");
        if (await arena.NumberAsync("select count(*) from pgqueue.dedup where scope in (1, 2)") is var keys && keys != 0)
            complaints.Add($"{keys} keys of finished jobs");
        if (await arena.NumberAsync("select count(*) from pgqueue.tombstone") is var stones && stones != 0)
            complaints.Add($"{stones} tombstones of finished jobs");
    }
}
