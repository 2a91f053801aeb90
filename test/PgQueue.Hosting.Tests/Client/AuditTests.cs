using Microsoft.Extensions.DependencyInjection;

namespace PgQueue.Tests.Client;

/// <summary>Who did what: one line an act, whatever came of it.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class AuditTests
{
    private static readonly DateTimeOffset Later = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Test]
    public async Task Each_act_leaves_one_line_with_its_actor_target_reason_and_count()
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync());
        var admin = host.Admin.As("ann");
        var id = (await host.Client.EnqueueAsync(new Work("a"))).JobId;
        var ready = new JobFilter { State = JobState.Ready, Queue = "default" };
        await admin.SetPriorityAsync(id, 5);
        await admin.SetPriorityAllAsync(ready, 6);
        await admin.RescheduleAsync(id, Later);
        await admin.RescheduleAllAsync(ready with { State = JobState.Scheduled }, Later.AddDays(-1));
        await admin.CancelAsync(id, "why not");
        await admin.CancelAsync(id);
        await admin.RetryAsync(id);
        await admin.RetryAllAsync(new JobFilter { State = JobState.Cancelled });
        await admin.DiscardAllAsync(ready, "all");
        await admin.PauseQueueAsync("default", "fire");
        await admin.ResumeQueueAsync("default");
        await admin.PauseTypeAsync("mail:*", "flood");
        await admin.ResumeTypeAsync("mail:*");
        await admin.ResumeTypeAsync("mail:*");
        var lines = (await host.Admin.GetAuditAsync()).Lines;
        Assert.That(lines.Select(l => (l.Act, l.Target, l.Reason, l.Count)).Reverse(), Is.EqualTo(new (string, string, string?, long)[]
        {
            ("priority", $"{id} to 5", null, 1),
            ("priority-all", "state=Ready queue=default to 6", null, 1),
            ("reschedule", $"{id} to 2100-01-01T00:00:00Z", null, 1),
            ("reschedule-all", "state=Scheduled queue=default to 2099-12-31T00:00:00Z", null, 1),
            ("cancel", $"{id}", "why not", 1),
            ("cancel", $"{id}", null, 0),
            ("retry", $"{id}", null, 1),
            ("retry-all", "state=Cancelled", null, 0),
            ("discard-all", "state=Ready queue=default", "all", 1),
            ("pause-queue", "default", "fire", 1),
            ("resume-queue", "default", null, 1),
            ("pause-type", "mail:*", "flood", 1),
            ("resume-type", "mail:*", null, 1),
            ("resume-type", "mail:*", null, 0),
        }));
        Assert.That(lines.Select(l => l.Actor), Is.All.EqualTo("ann"));
        Assert.That(lines.Select(l => l.Id), Is.Ordered.Descending);
        Assert.That(lines[0].At, Is.EqualTo(TimeProvider.System.GetUtcNow()).Within(TimeSpan.FromMinutes(5)));
    }

    [Test]
    public async Task Without_a_name_the_user_machine_and_application_act()
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync());
        await host.Admin.PauseQueueAsync("a");
        Assert.That((await host.Admin.GetAuditAsync()).Lines.Single().Actor, Does.StartWith($"{Environment.UserName}@{Environment.MachineName}"));
        Assert.That((await host.Admin.GetPausesAsync()).Single(), Has.Property("Name").EqualTo("a").And.Property("Kind").EqualTo(PauseKind.Queue));
    }

    [Test]
    public async Task Acts_on_schedules_are_recorded_and_what_code_defines_is_not()
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), static q => q.OnWork().AddCron("code", "0 0 1 1 *", new Work("x")));
        await host.Schedules.AddOrUpdateAsync("s", "0 0 1 1 *", new Work("a"));
        await host.Schedules.PauseAsync("s");
        await host.Schedules.PauseAsync("s");
        await host.Schedules.ResumeAsync("s");
        await host.Schedules.TriggerAsync("s");
        await host.Schedules.TriggerAsync("none");
        await host.Schedules.RemoveAsync("s");
        await host.Schedules.RemoveAsync("s");
        var lines = (await host.Admin.GetAuditAsync()).Lines;
        Assert.That(lines.Select(l => (l.Act, l.Target, l.Count)).Reverse(), Is.EqualTo(new[]
        {
            ("schedule-set", "s", 1L), ("schedule-pause", "s", 1L), ("schedule-pause", "s", 0L), ("schedule-resume", "s", 1L), ("schedule-trigger", "s", 1L),
            ("schedule-trigger", "none", 0L), ("schedule-remove", "s", 1L), ("schedule-remove", "s", 0L),
        }));
    }

    [Test]
    public async Task An_act_on_many_that_was_interrupted_leaves_a_true_count()
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync());
        await host.Client.EnqueueManyAsync(Enumerable.Range(0, 1200).Select(i => new Work($"{i}")));
        using var source = new CancellationTokenSource();
        Assert.That(
            () => host.Admin.DiscardAllAsync(new JobFilter { State = JobState.Ready }, "stop", new Cancelling(source), source.Token), Throws.InstanceOf<OperationCanceledException>());
        var line = (await host.Admin.GetAuditAsync()).Lines.Single();
        Assert.That((line.Act, line.Count, (await host.Client.GetStatsAsync()).Failed), Is.EqualTo(("discard-all", 500L, 500L)));
    }

    [Test]
    public async Task Pages_hold_every_line_once_and_old_lines_go()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database);
        for (var i = 0; i < 25; i++)
            await host.Admin.ResumeQueueAsync($"q{i}");
        var found = new List<string>();
        string? after = null;
        do
        {
            var page = await host.Admin.GetAuditAsync(after, 10);
            found.AddRange(page.Lines.Select(l => l.Target));
            after = page.Next;
        }
        while (after is not null);
        Assert.That(found, Is.EqualTo(Enumerable.Range(0, 25).Reverse().Select(i => $"q{i}")));
        await using var session = await Storage.Session.OpenAsync(database);
        await session.RunAsync("update /*schema*/audit set at = at - interval '91 days' where id <= (select min(id) + 9 from /*schema*/audit)");
        Assert.That(await session.OneAsync<long>("select /*schema*/drop_audit('90 days')"), Is.EqualTo(10));
        Assert.That((await host.Admin.GetAuditAsync()).Lines, Has.Count.EqualTo(15));
    }

    private sealed class Cancelling(CancellationTokenSource source) : IProgress<long>
    {
        public void Report(long value) => source.Cancel();
    }
}
