namespace PgQueue.Tests.Storage;

/// <summary>Which partitions are made, how wide they are, and whose word counts.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class PartitionTests : RetentionFixture
{
    private static readonly string[] Tables = ["job", "attempt"];

    [TestCase(60, 1)]
    [TestCase(180, 1)]
    [TestCase(20 * 60, 5)]
    [TestCase(3600, 15)]
    [TestCase(6 * 3600, 60)]
    [TestCase(86_400, 360)]
    [TestCase(14 * 86_400, 1440)]
    [TestCase(365 * 86_400, 7 * 1440)]
    [TestCase(double.PositiveInfinity, 7 * 1440)]
    public async Task A_partition_is_about_a_quarter_of_retention_wide(double keep, int minutes)
    {
        await EmptyAsync();
        await KeepAsync(keep, keep);
        await C.RunAsync("select /*schema*/create_partitions()");
        var now = TimeProvider.System.GetUtcNow();
        foreach (var table in Tables)
        {
            var made = await BoundsAsync(table);
            Assert.That(made.Select(b => b.To - b.From), Is.All.EqualTo(TimeSpan.FromMinutes(minutes)), table);
            Assert.That(made.Select(b => (b.From - new DateTimeOffset(1970, 1, 5, 0, 0, 0, TimeSpan.Zero)).TotalMinutes % minutes), Is.All.Zero);
            AssertUnbroken(made);
            Assert.That(made[0].From, Is.LessThanOrEqualTo(now));
            Assert.That(made[^1].To, Is.GreaterThanOrEqualTo(now.AddMinutes(Math.Max(9, 2 * minutes))));
        }
    }

    [TestCase("UTC", "ISO")]
    [TestCase("Europe/Dublin", "SQL, DMY")]
    [TestCase("Asia/Kathmandu", "Postgres")]
    public async Task Names_say_what_the_bounds_are_in_whatever_zone_the_session_is(string zone, string style)
    {
        await KeepAsync(Day, Day);
        await C.RunAsync($"set timezone = '{zone}'");
        await C.RunAsync($"set datestyle = '{style}'");
        await C.RunAsync("select /*schema*/create_partitions()");
        await C.RunAsync("reset timezone");
        await C.RunAsync("reset datestyle");
        foreach (var table in Tables)
        {
            AssertUnbroken(await BoundsAsync(table));
            Assert.That(await C.ListAsync<string>($"""
                select p.part from /*schema*/partitions('{table}') p join pg_class c on c.oid = ('pgqueue.' || p.part)::regclass
                where pg_get_expr(c.relpartbound, c.oid) <> case when '{table}' = 'job' then format('FOR VALUES FROM (%L) TO (%L)', /*schema*/uuid_at(p.f), /*schema*/uuid_at(p.t))
                  else format('FOR VALUES FROM (%L) TO (%L)', p.f, p.t) end
                """), Is.Empty);
        }
    }

    [Test]
    public async Task The_first_ones_are_there_before_the_first_job_and_none_is_made_twice()
    {
        Assert.That(await NamesAsync("job"), Has.Count.InRange(10, 11));
        await KeepAsync(Day, Day);
        Assert.That(await C.OneAsync<int>("select /*schema*/create_partitions()"), Is.Positive);
        Assert.That(await C.OneAsync<int>("select /*schema*/create_partitions()"), Is.Zero);
    }

    [Test]
    public async Task The_width_may_change_at_any_time_without_overlap_or_gap()
    {
        foreach (var keep in new[] { Day, 3600, 14 * Day, 60, 365 * Day, 180, 6 * 3600 })
        {
            await C.RunAsync("truncate /*schema*/retention");
            await KeepAsync(keep, keep);
            await C.RunAsync("select /*schema*/create_partitions()");
            foreach (var table in Tables)
                AssertUnbroken(await BoundsAsync(table));
        }

        var job = Guid.CreateVersion7();
        await EnqueueAsync(B, job);
        Assert.That(await CountAsync("job_default"), Is.Zero);
    }

    [Test]
    public async Task A_wider_width_makes_empty_partitions_of_the_future_anew()
    {
        await EmptyAsync();
        await KeepAsync(Minute, Minute);
        await C.RunAsync("select /*schema*/create_partitions()");
        await KeepAsync(Day, Day);
        await C.RunAsync("select /*schema*/create_partitions()");
        foreach (var table in Tables)
        {
            var made = await BoundsAsync(table);
            AssertUnbroken(made);
            Assert.That(made, Has.Count.LessThanOrEqualTo(6), "few, because every claim locks them all");
        }

        Assert.That(await C.OneAsync<int>("select /*schema*/create_partitions()"), Is.Zero);
    }

    [Test]
    public async Task A_narrower_width_makes_empty_partitions_of_the_future_anew_and_leaves_those_with_rows()
    {
        await EmptyAsync();
        await KeepAsync(Day, Day);
        await C.RunAsync("select /*schema*/create_partitions()");
        var before = await BoundsAsync("job");
        await EnqueueAsync(B, Guid.CreateVersion7(before[1].From.AddHours(1)));
        await C.RunAsync("truncate /*schema*/retention");
        await KeepAsync(6 * 3600, 6 * 3600);
        await C.RunAsync("select /*schema*/create_partitions()");
        var after = await BoundsAsync("job");
        Assert.That(after.Take(2), Is.EqualTo(before.Take(2)), "the present one, and one with a row in it");
        Assert.That(await CountAsync("job"), Is.EqualTo(1));
        Assert.That((await BoundsAsync("attempt")).Skip(1).Select(b => b.To - b.From), Is.All.EqualTo(TimeSpan.FromHours(1)));
    }

    [Test]
    public async Task A_range_with_rows_of_a_wrong_clock_is_passed_over_and_the_later_ones_are_made()
    {
        await EmptyAsync();
        await KeepAsync(Day, Day);
        var now = TimeProvider.System.GetUtcNow();
        await EnqueueAsync(B, Guid.CreateVersion7(now), Guid.CreateVersion7(now.AddHours(7)));
        await RunningAsync(1);
        await EndClaimedAtAsync(now);
        await C.RunAsync("select /*schema*/create_partitions()");
        var jobs = await BoundsAsync("job");
        var strays = await CountAsync("job_default");
        await EnqueueAsync(B, Guid.CreateVersion7(now.AddMinutes(4)));
        Assert.That(await CountAsync("job_default"), Is.EqualTo(strays), "the rest of the present range has its own");
        Assert.That(jobs.Any(b => b.From <= now.AddHours(7) && b.To > now.AddHours(7)), Is.False);
        Assert.That(await C.OneAsync<int>("select /*schema*/create_partitions()"), Is.Zero);
    }

    [Test]
    public async Task A_server_clock_that_was_a_year_ahead_does_not_keep_the_present_without_partitions()
    {
        await EmptyAsync();
        var future = Truncate(TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(7)).AddDays(371);
        await PartitionAsync("job", future, future.AddDays(1));
        await KeepAsync(365 * Day, 365 * Day);
        await C.RunAsync("select /*schema*/create_partitions()");
        await EnqueueAsync(B, Guid.CreateVersion7());
        Assert.That(await CountAsync("job_default"), Is.Zero);
    }

    [Test]
    public async Task Two_sessions_that_make_the_same_partitions_at_once_make_them_once()
    {
        await KeepAsync(Minute, Minute);
        await EmptyAsync();
        await Task.WhenAll(new[] { A, B }.Select(s => s.RunAsync("select /*schema*/create_partitions()")));
        await C.RunAsync("select /*schema*/create_partitions()"); // whoever met the other's lock has passed that one over for this time
        foreach (var table in Tables)
            AssertUnbroken(await BoundsAsync(table));
    }

    [Test]
    public async Task The_longest_word_counts_until_it_has_not_been_heard_for_an_hour()
    {
        await KeepAsync(Day, 14 * Day);
        await KeepAsync(2 * Day, 2 * Day, archive: true);
        await AnnounceAsync("reports", 30 * Day, 0);
        await AnnounceAsync("mail", 0, 3 * Day);
        Assert.That(await EffectiveAsync(), Is.EqualTo(["|2|14|True", "mail|2|3|True", "reports|30|14|True"]));
        await C.RunAsync("update /*schema*/retention set seen_at = now() - interval '61 minutes' where queue = 'reports' or archive and queue = ''");
        await KeepAsync(Day, 14 * Day);
        Assert.That(await EffectiveAsync(), Is.EqualTo(["|1|14|False", "mail|1|3|False", "reports|30|14|False"]), "nobody has said otherwise for reports");
        await AnnounceAsync("reports", 0, 0);
        Assert.That(await EffectiveAsync(), Is.EqualTo(["|1|14|False", "mail|1|3|False", "reports|1|14|False"]));
        await KeepAsync(double.PositiveInfinity, double.PositiveInfinity);
        Assert.That((await EffectiveAsync())[0], Is.EqualTo("|∞|∞|False"));
    }

    private async Task<List<string>> EffectiveAsync() =>
        [.. (await C.RowsAsync("select queue, succeeded / 86400, failed / 86400, archive from /*schema*/effective_retention() order by 1"))
            .Select(r => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{r[0]}|{Text((double)r[1]!)}|{Text((double)r[2]!)}|{r[3]}"))];

    private static string Text(double days) => double.IsInfinity(days) ? "∞" : days.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static void AssertUnbroken(List<(DateTimeOffset From, DateTimeOffset To)> bounds) =>
        Assert.That(bounds.Skip(1).Select(b => b.From), Is.EqualTo(bounds.SkipLast(1).Select(b => b.To)));

    private async Task<List<(DateTimeOffset From, DateTimeOffset To)>> BoundsAsync(string table) =>
        [.. (await C.RowsAsync("select f, t from /*schema*/partitions($1)", table)).Select(r => (new DateTimeOffset((DateTime)r[0]!), new DateTimeOffset((DateTime)r[1]!)))];

    /// <summary>No partitions but the default ones.</summary>
    private async Task EmptyAsync()
    {
        foreach (var table in Tables)
            foreach (var name in await NamesAsync(table))
                await C.RunAsync($"drop table /*schema*/{name}");
    }
}
