using PgQueue.Tests.Storage;

namespace PgQueue.Tests.Health;

/// <summary>A check costs the same whatever the queue holds.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class HealthCostTests
{
    [Test]
    public async Task With_a_million_ready_jobs_a_check_takes_less_than_50_ms()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await HealthHost.StartAsync(database, health: static o => o.Timeout = TimeSpan.FromSeconds(30));
        await using var session = await Session.OpenAsync(database);
        await session.RunAsync("set statement_timeout = 0");
        await session.RunAsync("select /*schema*/ensure_lane('default', 0::smallint), /*schema*/ensure_lane('reports', 5::smallint)");
        // a hundred thousand jobs ten times each: enough rows for ready, and for the job table to be larger than anything the planner would scan
        await session.RunAsync("""
            insert into /*schema*/job(id, lane, max_attempts, type, payload, created_at)
              select gen_random_uuid(), 1, 5, 't', '{}', now() - interval '10 minutes' from generate_series(1, 100000)
            """);
        await session.RunAsync("insert into /*schema*/ready(job_id, lane, attempt) select j.id, case when n = 1 then 3 else 1 end, 1 from generate_series(1, 10) n, /*schema*/job j");
        await session.RunAsync("insert into /*schema*/attempt(lease_id, job_id, attempt, outcome, lane) select 1, j.id, 1, 3, 1 from /*schema*/job j");
        await session.RunAsync("insert into /*schema*/scheduled(run_at, job_id, lane, deferred) select now() + interval '1 hour', j.id, 1, true from /*schema*/job j");
        await session.RunAsync("analyze");
        var times = new List<double>();
        for (var i = 0; i < 20; i++)
        {
            var entry = await host.ReadyAsync();
            times.Add((double)entry.Data["database.answer_ms"]);
            Assert.That(entry.Data["deferred"], Is.EqualTo(100), entry.Description);
        }

        times.Sort();
        TestContext.Out.WriteLine($"a check with 1,000,000 ready and 100,000 deferred jobs, ms: median {times[10]:F1}, max {times[^1]:F1}");
        Assert.That(times[10], Is.LessThan(50));
    }
}
