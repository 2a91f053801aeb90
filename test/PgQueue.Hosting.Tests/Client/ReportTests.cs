namespace PgQueue.Tests.Client;

/// <summary>Reports through the public API: every outcome under its queue and its type, rates, workers and charts.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class ReportTests
{
    private static readonly string[] Queues = ["a", "b"];

    [Test]
    public async Task Every_outcome_is_counted_under_its_queue_and_its_type()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        using var ending = new CancellationTokenSource();
        await using var host = await TestHost.StartAsync(database, q => q.OnWork((work, context, token) => RunAsync(work, context, token, ending.Token)).On<Errand>((_, _, _) => Task.CompletedTask, "mail:*"), OnQueues);
        var jobs = new List<Guid>();
        foreach (var queue in Queues)
        {
            var (one, last) = (new EnqueueOptions { Queue = queue }, new EnqueueOptions { Queue = queue, MaxAttempts = 1 });
            await host.Client.EnqueueManyAsync([new Work("well"), new Work("well"), new Work("wait")], one);
            await host.Client.EnqueueAsync(new Work("again"), one);
            await host.Client.EnqueueAsync(new Work("broken"), last);
            await host.Client.EnqueueAsync(new Work("cancel"), one);
            await host.Client.EnqueueAsync(new Errand(1), one with { Type = "mail:one" });
            await host.Client.EnqueueAsync(new Errand(2), one with { Type = "mail:two" });
            await host.Client.EnqueueAsync(new Work("later"), one with { Delay = TimeSpan.FromHours(1) });
            jobs.Add((await host.Client.EnqueueAsync(new Errand(3), one with { Type = "mail:two", Delay = TimeSpan.FromHours(1) })).JobId);
        }

        await host.Client.CancelAsync(jobs[0]);
        await host.Client.EnqueueAsync(new Work("x"), new EnqueueOptions { Queue = "nobody", Type = "stranger" });
        var report = await UntilAsync(host, r => r.Total is { Running: 2, Ready: 1, Succeeded: 10, Failed: 2, Cancelled: 3, Scheduled: 3 });
        string Line(JobCounts c) => $"{c.Ready} {c.Scheduled} {c.Running} {c.Succeeded} {c.Failed} {c.Cancelled} {c.Retries} {c.Workers} {c.Estimated}";
        Assert.Multiple(() =>
        {
            Assert.That(report.Queues.Select(q => $"{q.Queue}: {Line(q)}"), Is.EqualTo(["a: 0 1 1 5 1 2 1 1 None", "b: 0 2 1 5 1 1 1 1 None", "nobody: 1 0 0 0 0 0 0 0 None"]));
            Assert.That(report.Types.Select(t => $"{t.Type}: {Line(t)}"),
                Is.EqualTo(["work: 0 2 2 6 2 2 2 1 None", "mail:*: 0 1 0 4 0 1 0 1 None", "stranger: 1 0 0 0 0 0 0 0 None"]));
            Assert.That(report.Total.Total, Is.EqualTo(21));
            Assert.That(report.Total.Workers, Is.EqualTo(1));
            Assert.That(report.Queues.Select(q => q.OldestReadyAge is not null), Is.EqualTo([false, false, true]));
            Assert.That(report.Total.OldestReadyAge, Is.EqualTo(report.Queues[2].OldestReadyAge).And.LessThan(Signals.Patience));
            Assert.That(report.At, Is.EqualTo(TimeProvider.System.GetUtcNow()).Within(Signals.Patience));
        });
        Assert.Multiple(() =>
        {
            foreach (var (rates, shortest, longest) in new[] { (report.Total.LastMinute, 60, 70), (report.Total.LastHour, 3600, 3660), (report.Total.LastDay, 86_400, 87_000) })
            {
                Assert.That((rates.Succeeded, rates.Failed, rates.Cancelled, rates.Retried), Is.EqualTo((10, 2, 3, 2)));
                Assert.That(rates.Span.TotalSeconds, Is.InRange(shortest, longest));
                Assert.That(rates.PerSecond, Is.EqualTo(15 / rates.Span.TotalSeconds).Within(1e-9));
                Assert.That(rates.FailureRate, Is.EqualTo(2 / 15d).Within(1e-9));
            }

            Assert.That(report.Types[0].LastMinute.Succeeded + report.Types[1].LastMinute.Succeeded, Is.EqualTo(10));
            Assert.That(report.Queues[2].LastDay.FailureRate, Is.Null);
        });
        await ending.CancelAsync();
        var after = await UntilAsync(host, r => r.Total is { Running: 0, Succeeded: 12 });
        Assert.That(after.Types[0].Succeeded, Is.EqualTo(8));
    }

    [Test]
    public async Task Jobs_of_types_that_nobody_handles_are_shown_by_name_while_they_wait_and_without_once_they_ended()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database, static q => q.OnWork());
        var id = (await host.Client.EnqueueAsync(new Errand(1), new EnqueueOptions { Type = "stranger" })).JobId;
        var waiting = await UntilAsync(host, r => r.Total.Deferred == 1);
        Assert.That(waiting.Types.Select(t => (t.Type, t.Scheduled, t.Deferred, t.Workers)), Is.EqualTo([("stranger", 1, 1, 0)]));
        await host.Client.CancelAsync(id);
        var ended = await UntilAsync(host, r => r.Total.Cancelled == 1);
        Assert.That(ended.Types.Select(t => (t.Type, t.Cancelled)), Is.EqualTo([(TypeReport.Others, 1L)]));
    }

    [Test]
    public async Task The_list_of_types_is_bounded_and_its_last_entry_is_the_rest()
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync());
        await host.Client.EnqueueManyAsync(Enumerable.Range(0, 120).SelectMany(i => Enumerable.Repeat(new NewJob(new Work("x"), new EnqueueOptions { Type = $"t{i:000}", Queue = "q" }), i < 20 ? 1 : 2)));
        var report = await host.Admin.GetReportAsync();
        Assert.That(report.Types.Select(t => (t.Type, t.Ready)), Is.EqualTo(
            Enumerable.Range(20, 100).Select(i => ($"t{i:000}", 2L)).Append((TypeReport.Others, 20L))));
        Assert.That(report.Types.Sum(t => t.Ready), Is.EqualTo(report.Total.Ready));
    }

    [Test]
    public async Task Many_ready_jobs_are_estimated_and_said_to_be()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database, static q => q.On<Errand>((_, _, _) => Task.CompletedTask, "mail:*"));
        await TestDatabase.ExecuteAsync(database, """
            with l as (select pgqueue.ensure_lane('q', 0::smallint) lane),
              j as (insert into pgqueue.job(id, lane, max_attempts, type, payload)
                select pgqueue.uuid_at(now() + g * interval '1 ms'), l.lane, 5, case when g % 4 = 0 then 'mail:' || g % 3 else 'big' end, '{}' from l, generate_series(1, 100000) g returning id, lane)
            insert into pgqueue.ready(job_id, lane) select id, lane from j
            """);
        var (report, stats) = (await host.Admin.GetReportAsync(), await host.Client.GetStatsAsync());
        Assert.Multiple(() =>
        {
            Assert.That(stats.Ready, Is.EqualTo(100_000).Within(10).Percent);
            Assert.That(stats.Estimated, Is.EqualTo(EstimatedFigures.Ready));
            Assert.That(report.Queues.Single(q => q.Queue == "q").Estimated, Is.EqualTo(EstimatedFigures.Ready));
            Assert.That(report.Types.Select(t => (t.Type, t.Estimated)), Is.EqualTo([("big", EstimatedFigures.Ready), ("mail:*", EstimatedFigures.Ready)]));
            Assert.That(report.Types.Sum(t => t.Ready), Is.EqualTo(report.Total.Ready).Within(2).Or.EqualTo(100_000).Within(10).Percent);
            Assert.That(report.Types[1].Ready, Is.EqualTo(25_000).Within(25).Percent);
        });
    }

    [Test]
    public async Task A_live_worker_is_listed_with_the_jobs_it_holds_longest_first()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        using var ending = new CancellationTokenSource();
        await using var host = await TestHost.StartAsync(
            database, q => q.OnWork((work, context, token) => RunAsync(work, context, token, ending.Token)).On<Errand>((_, _, _) => Task.CompletedTask, "mail:*"), OnQueues);
        var first = (await host.Client.EnqueueAsync(new Work("wait"), new EnqueueOptions { Queue = "a" })).JobId;
        await host.Client.UntilAsync(first, JobState.Running);
        var second = (await host.Client.EnqueueAsync(new Work("wait"), new EnqueueOptions { Queue = "b" })).JobId;
        await host.Client.UntilAsync(second, JobState.Running);
        var worker = (await host.Admin.GetWorkersAsync()).Single();
        Assert.Multiple(() =>
        {
            Assert.That((worker.Host, worker.ProcessId, worker.IsAlive, worker.RunningJobs), Is.EqualTo((Environment.MachineName, Environment.ProcessId, true, 2)));
            Assert.That(worker.Queues, Is.EqualTo(Queues));
            Assert.That(worker.Types, Is.EqualTo(["work", "mail:*"]));
            Assert.That(worker.LeaseUntil, Is.GreaterThan(worker.StartedAt));
            Assert.That(worker.Version, Is.Not.Empty);
            Assert.That(worker.Jobs.Select(j => (j.Id, j.Type, j.Queue, j.Attempt)), Is.EqualTo([(first, "work", "a", 1), (second, "work", "b", 1)]));
            Assert.That(worker.Jobs.Select(j => j.ClaimedAt), Is.Ordered.And.All.GreaterThanOrEqualTo(worker.StartedAt));
        });
        await ending.CancelAsync();
        await UntilAsync(host, r => r.Total.Running == 0);
        Assert.That((await host.Admin.GetWorkersAsync()).Single().Jobs, Is.Empty);
    }

    [Test]
    public async Task A_dead_worker_is_listed_with_a_hundred_of_its_jobs_until_it_is_rescued()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database);
        await host.Client.EnqueueManyAsync(Enumerable.Range(0, 120).Select(i => new Work($"{i}")), new EnqueueOptions { Queue = "q" });
        await TestDatabase.ExecuteAsync(database, """
            select pgqueue.register_worker('00000000-0000-0000-0000-000000000007', 1000, 'gone', 77, '1.2', '{q}', '{work}');
            select count(*) from pgqueue.claim_jobs('00000000-0000-0000-0000-000000000007', '{1}', '{0}', 120);
            update pgqueue.worker set expires_at = clock_timestamp() - interval '1 second'
            """);
        var (worker, report) = ((await host.Admin.GetWorkersAsync()).Single(), await host.Admin.GetReportAsync());
        Assert.Multiple(() =>
        {
            Assert.That((worker.Host, worker.ProcessId, worker.Version, worker.IsAlive, worker.RunningJobs, worker.Jobs.Count), Is.EqualTo(("gone", 77, "1.2", false, 120, 100)));
            Assert.That((report.Total.Running, report.Total.Workers, report.Types[0].Running), Is.EqualTo((120, 0, 120)));
        });
        await TestDatabase.ExecuteAsync(database, "select pgqueue.rescue()");
        Assert.That(await host.Admin.GetWorkersAsync(), Is.Empty);
        Assert.That((await host.Client.GetStatsAsync()) is { Running: 0, Ready: 120 }, Is.True);
    }

    [TestCase("00:01:00", 10, 7)]
    [TestCase("00:10:00", 10, 61)]
    [TestCase("02:00:00", 60, 121)]
    [TestCase("1.02:00:00", 600, 157)]
    [TestCase("8.00:00:00", 3600, 193)]
    [TestCase("90.00:00:00", 86_400, 91)]
    public async Task A_chart_has_a_point_for_each_piece_of_its_window_whether_or_not_the_counters_were_rolled_up(string text, int seconds, int points)
    {
        var window = TimeSpan.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database);
        // two in each quarter of the window and for each outcome, and some that are older than any window
        await TestDatabase.ExecuteAsync(database, $"""
            select pgqueue.ensure_lane('a', 0::smallint), pgqueue.ensure_lane('b', 0::smallint);
            insert into pgqueue.counter(bucket, lane, outcome, n)
              select to_timestamp(floor(extract(epoch from now() - q * interval '{(int)window.TotalSeconds / 4} seconds') / 10) * 10), l, o, 1
              from generate_series(0, 3) q, unnest(array[1, 3]) l, unnest(array[2, 3, 4, 5, 9, 10]) o;
            insert into pgqueue.counter(bucket, lane, outcome, n) values (now() - interval '100 days', 1, 2, 1000)
            """);
        for (var rolled = 0; rolled < 2; rolled++)
        {
            var history = await host.Admin.GetHistoryAsync(window);
            Assert.Multiple(() =>
            {
                Assert.That(history, Has.Count.InRange(points, points + 1));
                Assert.That(history.Zip(history.Skip(1), (a, b) => b.At - a.At), Is.All.EqualTo(TimeSpan.FromSeconds(seconds)));
                Assert.That(history.SkipLast(1).Select(p => p.Length), Is.All.EqualTo(TimeSpan.FromSeconds(seconds)));
                Assert.That((history.Sum(p => p.Succeeded), history.Sum(p => p.Failed), history.Sum(p => p.Cancelled), history.Sum(p => p.Retried)), Is.EqualTo((8, 8, 16, 8)));
            });
            Assert.That((await host.Admin.GetHistoryAsync(window, "b")).Sum(p => p.Succeeded), Is.EqualTo(4));
            Assert.That((await host.Admin.GetHistoryAsync(window, "other")).Sum(p => p.Succeeded), Is.Zero);
            await TestDatabase.ExecuteAsync(database, "select pgqueue.roll_counters()");
        }
    }

    [Test]
    public async Task A_window_out_of_range_and_a_malformed_queue_are_refused_by_name()
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync());
        foreach (var window in new[] { TimeSpan.Zero, TimeSpan.FromSeconds(-5), TimeSpan.FromSeconds(59), TimeSpan.FromDays(91), TimeSpan.MaxValue })
            Assert.That(() => host.Admin.GetHistoryAsync(window), Throws.TypeOf<InvalidJobFilterException>().With.Property("Field").EqualTo("window"));
        Assert.That(() => host.Admin.GetHistoryAsync(TimeSpan.FromHours(1), "A B"), Throws.TypeOf<InvalidJobFilterException>().With.Property("Field").EqualTo("queue"));
    }

    [Test]
    public async Task A_report_of_an_empty_queue_is_empty()
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync());
        var report = await host.Admin.GetReportAsync();
        Assert.That((report.Queues.Count, report.Types.Count, report.Total.Total, report.Total.OldestReadyAge), Is.EqualTo((0, 0, 0, (TimeSpan?)null)));
        Assert.That(await host.Admin.GetWorkersAsync(), Is.Empty);
    }

    private static void OnQueues(PgQueueOptions options) => options.Queues = Queues.ToDictionary(q => q, _ => new QueueOptions());

    private static async Task RunAsync(Work work, JobContext context, CancellationToken token, CancellationToken ending)
    {
        switch (work.Name)
        {
            case "wait":
                using (var both = CancellationTokenSource.CreateLinkedTokenSource(token, ending))
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, both.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                break;
            case "again" when context.Attempt == 1:
            case "broken":
                throw new IOException("broken");
            case "cancel":
                context.Cancel("no");
                break;
        }
    }

    private static async Task<JobReport> UntilAsync(TestHost host, Func<JobReport, bool> condition)
    {
        JobReport? report = null;
        await Signals.UntilAsync(async () => condition(report = await host.Admin.GetReportAsync()), () => Task.FromResult($"{report!.Total}"));
        return report!;
    }
}
