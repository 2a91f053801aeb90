namespace PgQueue.Tests.Storage;

/// <summary>How partitions reach the archive: in two transactions, either of which may be the last of its process, and with a DBA who takes them away.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class ArchiveTests : RetentionFixture
{
    [Test]
    public async Task A_process_that_dies_between_detach_and_attach_leaves_the_rest_to_the_next([Values] bool stillArchives)
    {
        var (ids, jobs, attempts) = await EndedHourAsync(3);
        Assert.That(await A.OneAsync<string>("select /*schema*/drop_expired()"), Is.EqualTo(jobs));
        await A.DisposeAsync();
        Assert.That(await ExistsAsync(jobs.Replace("job_", "job_detached_", StringComparison.Ordinal)), Is.True);
        if (!stillArchives)
        {
            await C.RunAsync("truncate /*schema*/retention");
            await KeepAsync(10 * Minute, 10 * Minute);
        }

        await TidyAsync(B);
        Assert.That(await StoredAsync("job_archive"), Is.EqualTo(ids));
        Assert.That(await CountAsync("attempt_archive"), Is.EqualTo(stillArchives ? 3 : 0));
        Assert.That(await NamesAsync("job_archive"), Is.EqualTo([jobs.Replace("job_", "job_archive_", StringComparison.Ordinal)]));
        Assert.That(await NamesAsync("attempt_archive"), Has.Count.EqualTo(stillArchives ? 1 : 0));
        Assert.That(await NamesAsync("attempt"), Does.Not.Contain(attempts));
    }

    [Test]
    public async Task A_rollback_at_either_step_leaves_everything_where_it_was([Values(0, 1)] int steps)
    {
        var (ids, jobs, _) = await EndedHourAsync(3);
        if (steps == 1)
            await C.RunAsync("select /*schema*/drop_expired()");
        await A.RunAsync("begin");
        Assert.That(await A.OneAsync<string>(steps == 0 ? "select /*schema*/drop_expired()" : "select /*schema*/attach_detached()"), Is.Not.Null);
        await A.RunAsync("rollback");
        Assert.That(await StoredAsync(), Is.EqualTo(steps == 0 ? ids : []));
        await TidyAsync();
        Assert.That(await StoredAsync("job_archive"), Is.EqualTo(ids));
    }

    [Test]
    public async Task What_a_DBA_has_detached_or_dropped_is_left_alone_and_what_comes_later_finds_its_place()
    {
        var (ids, jobs, attempts) = await EndedHourAsync(3, failed: 1);
        await TidyAsync();
        var (jobArchive, attemptArchive) = (jobs.Replace("job_", "job_archive_", StringComparison.Ordinal), attempts.Replace("attempt_", "attempt_archive_", StringComparison.Ordinal));
        await C.RunAsync($"alter table /*schema*/job_archive detach partition /*schema*/{jobArchive}");
        await C.RunAsync($"drop table /*schema*/{attemptArchive}");
        Assert.That(await TidyAsync(), Is.Empty);
        await C.RunAsync("update /*schema*/attempt set finished_at = finished_at - interval '1 day'");
        await TidyAsync();
        Assert.That(await StoredAsync("job_archive"), Is.EqualTo(ids[2..]), "the failed one, in the default partition");
        Assert.That(await StoredAsync(jobArchive), Is.EqualTo(ids[..2]));
        await C.RunAsync($"drop table /*schema*/{jobArchive}");
        await C.RunAsync("truncate /*schema*/job_archive");
        await C.RunAsync("truncate /*schema*/attempt_archive");
    }

    [Test]
    public async Task The_archives_default_partitions_are_made_again_if_a_DBA_takes_them()
    {
        var (ids, jobs, _) = await EndedHourAsync(3, failed: 1);
        await C.RunAsync("alter table /*schema*/job_archive detach partition /*schema*/job_archive_default");
        await C.RunAsync("drop table /*schema*/attempt_archive_default");
        Assert.That(await TidyAsync(), Does.Contain(jobs));
        await C.RunAsync("update /*schema*/attempt set finished_at = finished_at - interval '1 day'");
        await TidyAsync();
        Assert.That(await StoredAsync("job_archive"), Is.EqualTo(ids), "the failed one in the new default partition");
        Assert.That(await CountAsync("job_archive_default"), Is.Zero, "the DBA's table is left alone");
        Assert.That(await CountAsync("attempt_archive_default"), Is.EqualTo(1));
    }

    [Test]
    public async Task Rows_of_a_detached_partitions_time_join_it_when_it_is_attached()
    {
        var (ids, jobs, _) = await EndedHourAsync(3);
        await C.RunAsync("select /*schema*/drop_expired()");
        var strays = PastIds(2, minutes: 40);
        await C.RunAsync("insert into /*schema*/job_archive select u, now(), null, null, 1, 5, 0, false, 't', null, null, '{}' from unnest($1::uuid[]) u", strays);
        await TidyAsync();
        Assert.That(await StoredAsync(jobs.Replace("job_", "job_archive_", StringComparison.Ordinal)), Is.EqualTo(ids.Concat(strays)));
        Assert.That(await CountAsync("job_archive_default"), Is.Zero);
    }

    [Test]
    public async Task A_time_that_is_archived_twice_and_a_name_that_is_taken_lose_nothing([Values] bool detached)
    {
        var (ids, jobs, _) = await EndedHourAsync(3);
        await TidyAsync();
        if (detached)
            await C.RunAsync($"alter table /*schema*/job_archive detach partition /*schema*/{jobs.Replace("job_", "job_archive_", StringComparison.Ordinal)}");
        await PartitionAsync("job", Past, Past.AddHours(1));
        var again = PastIds(2, minutes: 30);
        await EndAtAsync(Past.AddMinutes(40), new Batch(again));
        await TidyAsync();
        Assert.That(await StoredAsync("job_archive"), Is.EqualTo(detached ? again : [.. ids, .. again]));
        Assert.That(await ExistsAsync(jobs.Replace("job_", "job_detached_", StringComparison.Ordinal)), Is.False);
    }

    [Test]
    public async Task Columns_that_came_later_or_went_are_archived_too()
    {
        var (ids, _, _) = await EndedHourAsync(2, failed: 1);
        await C.RunAsync("alter table /*schema*/attempt add note text not null default 'n', add more int");
        await C.RunAsync("alter table /*schema*/job add note text, drop column headers");
        await C.RunAsync("alter table /*schema*/job_archive add own_of_the_dba text");
        await C.RunAsync("update /*schema*/attempt set more = 7");
        await TidyAsync();
        await C.RunAsync("update /*schema*/attempt set finished_at = finished_at - interval '1 day'");
        await TidyAsync();
        Assert.That(await StoredAsync("job_archive"), Is.EqualTo(ids));
        Assert.That(await C.ListAsync<string>("select note || more from /*schema*/attempt_archive"), Is.EqualTo(["n7", "n7"]));
    }

    [Test]
    public async Task Attaching_locks_nothing_that_is_live()
    {
        await EndedHourAsync(3);
        await C.RunAsync("select /*schema*/drop_expired()");
        await A.RunAsync("begin");
        Assert.That(await A.OneAsync<string>("select /*schema*/attach_detached()"), Is.Not.Null);
        Assert.That(await C.ListAsync<string>("""
            select l.relation::regclass::text from pg_locks l where l.pid = $1 and l.mode not in ('AccessShareLock', 'RowExclusiveLock')
              and l.relation in (select 'pgqueue.job'::regclass union select 'pgqueue.attempt'::regclass union select inhrelid from pg_inherits
                where inhparent in ('pgqueue.job'::regclass, 'pgqueue.attempt'::regclass))
            """, A.ProcessId), Is.Empty);
        await A.RunAsync("rollback");
    }

    [Test]
    public async Task A_reader_of_the_archive_only_puts_it_off()
    {
        var (ids, _, _) = await EndedHourAsync(3);
        await C.RunAsync("select /*schema*/drop_expired()");
        await B.RunAsync("begin");
        await B.RunAsync("select * from /*schema*/job_archive");
        Assert.That(await RefusedForNowAsync(() => A.RunAsync("select /*schema*/attach_detached()")), Is.True);
        await B.RunAsync("commit");
        await TidyAsync();
        Assert.That(await StoredAsync("job_archive"), Is.EqualTo(ids));
    }

    /// <summary>An hour of the past with ended jobs, the last of them failed; what failed is kept a day if any did.</summary>
    private async Task<(Guid[] Ids, string Jobs, string Attempts)> EndedHourAsync(int count, int failed = 0)
    {
        await KeepAsync(10 * Minute, failed > 0 ? Day : 10 * Minute, archive: true);
        var (jobs, attempts) = await PastHourAsync();
        var ids = PastIds(count);
        await EndAtAsync(Past.AddMinutes(20), new Batch(ids[..^failed]));
        if (failed > 0)
            await EndAtAsync(Past.AddMinutes(20), new Batch(ids[^failed..]), outcome: 4);
        return (ids, jobs, attempts);
    }
}
