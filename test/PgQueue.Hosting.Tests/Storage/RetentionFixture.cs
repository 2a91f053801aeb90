using Npgsql;

namespace PgQueue.Tests.Storage;

/// <summary>Partitions of the past with jobs in them, and the chores that drop or archive them.</summary>
internal abstract class RetentionFixture : StorageFixture
{
    protected const double Minute = 60;
    protected const double Day = 86_400;

    /// <summary>The start of an hour some hours ago: what is in a partition from here on is past any retention of minutes.</summary>
    protected DateTimeOffset Past { get; } = Truncate(TimeProvider.System.GetUtcNow(), TimeSpan.FromHours(1)).AddHours(-5);

    protected static string NameOf(string table, DateTimeOffset from, DateTimeOffset to) => $"{table}_{from.UtcDateTime:yyyyMMddHHmm}_{to.UtcDateTime:yyyyMMddHHmm}";

    protected static DateTimeOffset Truncate(DateTimeOffset time, TimeSpan width) => new(time.UtcTicks - (time.UtcTicks % width.Ticks), TimeSpan.Zero);

    /// <summary>Says how long everything is kept, in seconds.</summary>
    protected Task KeepAsync(double succeeded, double failed, bool archive = false) => AnnounceAsync("", succeeded, failed, archive);

    protected Task AnnounceAsync(string queue, double succeeded, double failed, bool archive = false) =>
        C.RunAsync("select /*schema*/announce_retention(array[$1], array[$2], array[$3], $4)", queue, succeeded, failed, archive);

    protected async Task<string> PartitionAsync(string table, DateTimeOffset from, DateTimeOffset to)
    {
        var name = NameOf(table, from, to);
        var bounds = string.Equals(table, "job", StringComparison.Ordinal)
            ? $"('{Guid.Parse(Lowest(from))}') to ('{Guid.Parse(Lowest(to))}')"
            : $"('{from:O}') to ('{to:O}')";
        await C.RunAsync($"create table /*schema*/{name} partition of /*schema*/{table} for values from {bounds}");
        return name;
    }

    /// <summary>The hour of <see cref="Past"/> as a partition of both tables.</summary>
    protected async Task<(string Jobs, string Attempts)> PastHourAsync() =>
        (await PartitionAsync("job", Past, Past.AddHours(1)), await PartitionAsync("attempt", Past, Past.AddHours(1)));

    /// <summary>Ids of jobs enqueued some minutes after <see cref="Past"/>.</summary>
    protected Guid[] PastIds(int count, double minutes = 10) =>
        [.. Enumerable.Range(0, count).Select(i => Guid.CreateVersion7(Past.AddMinutes(minutes).AddMilliseconds(i)))];

    /// <summary>Enqueues jobs, claims them and ends them with the outcome, as if at that time.</summary>
    protected async Task EndAtAsync(DateTimeOffset time, Batch batch, short outcome = 2)
    {
        await EnqueueAsync(B, batch);
        await EndClaimedAtAsync(time, outcome);
    }

    protected async Task EndClaimedAtAsync(DateTimeOffset time, short outcome = 2)
    {
        foreach (var lease in (await ClaimAsync(B)).GroupBy(c => c.Lease))
        {
            var ids = lease.Select(c => c.Id).ToArray();
            await SettleAsync(B, new(lease.Key, ids) { Outcome = outcome, Lane = (short)lease.First().Lane, Keyed = outcome is 2 or 4 });
            await C.RunAsync("update /*schema*/attempt set finished_at = $1 where job_id = any($2) and finished_at > $1", time, ids);
        }
    }

    /// <summary>All chores, until none finds anything; after each step, every job that has ended can be seen to have.</summary>
    protected async Task<List<string>> TidyAsync(Session? session = null)
    {
        session ??= A;
        var done = new List<string>();
        foreach (var chore in new[] { "select /*schema*/drop_expired()", "select /*schema*/attach_detached()", "select nullif(/*schema*/sweep_kept(), 0)::text" })
        {
            string? did = null;
            while (await RefusedForNowAsync(async () => did = await session.OneAsync<string>(chore)) || did is not null)
            {
                if (did is not null)
                    done.Add(did);
                did = null;
                Assert.That(await session.ListAsync<Guid>(Unaccounted), Is.Empty, "jobs that are neither live nor ended");
            }
        }

        return done;
    }

    /// <summary>Jobs that are live nowhere and have no attempt that ended them.</summary>
    protected const string Unaccounted = """
        select j.id from /*schema*/job j where not exists(select from /*schema*/ready r where r.job_id = j.id)
          and not exists(select from /*schema*/scheduled s where s.job_id = j.id)
          and not exists(select from /*schema*/lease l where j.id = any(l.job_ids))
          and not exists(select from /*schema*/attempt r where r.job_id = j.id and r.outcome in (2, 4, 5, 9))
        """;

    protected Task<List<Guid>> StoredAsync(string table = "job") => C.ListAsync<Guid>($"select id from /*schema*/{table} order by id");

    protected Task<List<string>> NamesAsync(string table) => C.ListAsync<string>("""
        select c.relname::text from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = to_regclass('pgqueue.' || $1) and c.relname !~ 'default' order by 1
        """, table);

    protected Task<bool> ExistsAsync(string table) => C.OneAsync<bool>("select to_regclass('pgqueue.' || $1) is not null", table);

    protected static async Task<bool> RefusedForNowAsync(Func<Task> act)
    {
        try
        {
            await act();
            return false;
        }
        catch (PostgresException e) when (string.Equals(e.SqlState, PostgresErrorCodes.LockNotAvailable, StringComparison.Ordinal))
        {
            return true;
        }
    }

    private static string Lowest(DateTimeOffset time) => $"{time.ToUnixTimeMilliseconds():x12}70008000000000000000";
}
