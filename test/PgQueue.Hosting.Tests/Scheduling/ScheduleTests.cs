using Microsoft.Extensions.DependencyInjection;
using PgQueue.Tests.Storage;

namespace PgQueue.Tests.Scheduling;

[Parallelizable(ParallelScope.Children)]
internal sealed class ScheduleTests
{
    private const string EverySecond = "* * * * * *";

    [Test]
    public async Task Each_occurrence_is_one_job_that_knows_its_occurrence()
    {
        var runs = new Runs();
        var database = await TestDatabase.CreateMigratedAsync();
        await using (var host = await TestHost.StartAsync(database, q => runs.On(q).AddCron("tick", EverySecond, new Work("tick"))))
            await runs.UntilAsync(3);
        await using var session = await Session.OpenAsync(database);
        var occurrences = await session.ListAsync<DateTime>("select due from /*schema*/occurrence order by due");
        Assert.Multiple(() =>
        {
            Assert.That(runs.Seen.Select(r => r.Occurrence.UtcDateTime).Order(), Is.SubsetOf(occurrences));
            Assert.That(runs.Seen.Select(r => r.Occurrence), Is.Unique);
            Assert.That(runs.Seen.Select(r => (r.Schedule, r.IsLate, r.MissedSince, r.IsTriggered)), Is.All.EqualTo(("tick", false, (DateTimeOffset?)null, false)));
            Assert.That(occurrences.Zip(occurrences.Skip(1), (a, b) => b - a), Is.All.EqualTo(TimeSpan.FromSeconds(1)));
        });
    }

    [Test]
    public async Task No_job_is_stored_before_its_time()
    {
        var runs = new Runs();
        var database = await TestDatabase.CreateMigratedAsync();
        await using (var host = await TestHost.StartAsync(database, q => runs.On(q).AddCron("tick", EverySecond, new Work("tick"))))
            await runs.UntilAsync(3);
        await using var session = await Session.OpenAsync(database);
        Assert.That(await session.OneAsync<bool>("select bool_and(created_at >= due) from /*schema*/job"), Is.True);
    }

    [Test]
    public async Task The_job_has_the_options_of_its_schedule()
    {
        var seen = Signals.New<JobContext>();
        await using var host = await TestHost.StartAsync(
            await TestDatabase.CreateMigratedAsync(),
            q => q.OnWork((_, context, _) =>
            {
                seen.TrySetResult(context);
                return Task.CompletedTask;
            }).AddCron("tick", EverySecond, new Work("tick"), static o =>
            {
                o.Queue = "reports";
                o.Priority = 7;
                o.MaxAttempts = 3;
                o.Timeout = TimeSpan.FromMinutes(3);
                o.Headers = new Dictionary<string, string> { ["tenant"] = "a" };
            }),
            static o => o.Queues = new Dictionary<string, QueueOptions> { ["reports"] = new() });
        var context = await Signals.Of(seen, "the job");
        Assert.Multiple(() =>
        {
            Assert.That((context.Queue, context.Priority, context.MaxAttempts), Is.EqualTo(("reports", 7, 3)));
            Assert.That(context.Headers["tenant"], Is.EqualTo("a"));
            Assert.That(context.ScheduledFor, Is.EqualTo(context.Schedule!.Occurrence));
        });
    }

    [Test]
    public async Task Every_attempt_of_a_job_knows_the_same_occurrence()
    {
        var attempts = new List<(Guid, DateTimeOffset)>();
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), q => q.OnWork((_, context, _) =>
        {
            lock (attempts)
                attempts.Add((context.JobId, context.Schedule!.Occurrence));
            return context.Attempt < 3 ? throw new IOException("again") : Task.CompletedTask;
        }).AddCron("tick", EverySecond, new Work("tick")));
        await Signals.UntilAsync(() =>
        {
            lock (attempts)
                return attempts.GroupBy(a => a).Any(g => g.Count() == 3);
        }, "three attempts with one id and occurrence");
    }

    [Test]
    public async Task Processes_with_wrong_clocks_run_each_occurrence_once_and_miss_none()
    {
        const int Hosts = 6;
        const int Schedules = 20;
        var database = await TestDatabase.CreateMigratedAsync();
        var hosts = new List<TestHost>();
        var runs = new Runs();
        IPgQueueBuilder Add(IPgQueueBuilder builder)
        {
            runs.On(builder);
            for (var s = 0; s < Schedules; s++)
                builder.AddCron($"tick-{s}", EverySecond, new Work("tick"));
            return builder;
        }

        for (var i = 0; i < Hosts; i++)
        {
            var clock = new WrongClock(TimeSpan.FromMinutes(-10 + (20 * i / (Hosts - 1))));
            hosts.Add(await TestHost.StartAsync(database, q => Add(q), services: s => s.AddSingleton<TimeProvider>(clock)));
        }

        await runs.UntilAsync(Schedules * 5);
        await hosts[0].StopAsync();
        var soFar = runs.Seen.Count;
        await runs.UntilAsync(soFar + (Schedules * 3));
        foreach (var host in hosts)
            await host.DisposeAsync();
        await using var session = await Session.OpenAsync(database);
        Assert.Multiple(async () =>
        {
            Assert.That(
                await session.OneAsync<long>("select count(*) from (select due - lag(due) over (partition by schedule order by due) d from /*schema*/occurrence) x where d <> interval '1 second'"),
                Is.Zero, "occurrences left out");
            Assert.That(await session.OneAsync<long>("select count(*) from (select headers->>'pgqueue-schedule', due from /*schema*/job group by 1, 2 having count(*) > 1) x"), Is.Zero, "jobs doubled");
            Assert.That(
                await session.OneAsync<long>("select count(*) from /*schema*/occurrence o full join /*schema*/job j on j.id = o.job_id where o.schedule is null or j.id is null"),
                Is.Zero, "jobs without occurrence or occurrences without job");
        });
    }

    [Test]
    public async Task Two_thousand_schedules_cost_an_idle_process_less_than_a_query_a_second()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var proxy = new TcpProxy(database);
        await using var host = await TestHost.StartAsync(
            proxy.ConnectionString,
            static q =>
            {
                q.OnWork();
                for (var i = 0; i < 2000; i++)
                    q.AddCron($"quiet-{i}", "H H 1 1 *", new Work("x"));
            },
            static o => o.Polling = new PollingOptions());
        await using var session = await Session.OpenAsync(database);
        await Signals.UntilAsync(
            async () => await session.OneAsync<long>("select count(*) from /*schema*/schedule") == 2000
                && await session.OneAsync<bool>("select cardinality(definitions) = 2000 and cardinality(waiting) > 0 from /*schema*/worker"),
            () => Task.FromResult("not all defined"));
        var before = proxy.Requests;
        var started = TimeProvider.System.GetTimestamp();
        await Signals.UntilAsync(() => TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromSeconds(10), "ten seconds");
        var rate = (proxy.Requests - before) / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        TestContext.Out.WriteLine($"an idle worker with 2,000 schedules sends {rate:F2} requests a second in all");
        Assert.That(rate, Is.LessThanOrEqualTo(3), "two for an idle worker, one for its schedules");
    }

    private sealed class WrongClock(TimeSpan skew) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + skew;
    }
}
