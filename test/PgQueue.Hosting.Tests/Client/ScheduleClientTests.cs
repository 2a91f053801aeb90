using Microsoft.Extensions.DependencyInjection;
using PgQueue.Tests.Scheduling;

namespace PgQueue.Tests.Client;

[Parallelizable(ParallelScope.Children)]
internal sealed class ScheduleClientTests
{
    [Test]
    public async Task One_is_added_listed_changed_and_removed()
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync());
        var added = await host.Schedules.AddOrUpdateAsync("nightly", "0 2 * * *", new Work("a"), static o =>
        {
            o.TimeZone = "Europe/Dublin";
            o.Gap = DaylightGap.Skip;
            o.Overlap = DaylightOverlap.Last;
            o.MissedRuns = MissedRuns.Skip;
            o.WhenRunning = WhenRunning.QueueOne;
            o.Queue = "reports";
            o.Priority = 3;
            o.MaxAttempts = 2;
        });
        var changed = await host.Schedules.AddOrUpdateAsync("nightly", "0 3 * * *", new Work("b"));
        Assert.Multiple(async () =>
        {
            Assert.That(
                (added.Cron, added.TimeZone, added.Gap, added.Overlap, added.MissedRuns, added.WhenRunning, added.Type, added.Queue, added.Priority, added.MaxAttempts),
                Is.EqualTo(("0 2 * * *", "Europe/Dublin", DaylightGap.Skip, DaylightOverlap.Last, MissedRuns.Skip, WhenRunning.QueueOne, "work", "reports", 3, 2)));
            Assert.That((added.State, added.Source, added.PreviousRun, added.LastJobId, added.LastState), Is.EqualTo((ScheduleState.Active, ScheduleSource.Client, (DateTimeOffset?)null, (Guid?)null, (JobState?)null)));
            Assert.That(added.NextRun, Is.GreaterThan(TimeProvider.System.GetUtcNow().AddMinutes(-1)).And.LessThan(TimeProvider.System.GetUtcNow().AddDays(2)));
            Assert.That((changed.Cron, changed.TimeZone, changed.Queue, changed.NextRun!.Value.Hour), Is.EqualTo(("0 3 * * *", "UTC", "default", 3)));
            Assert.That((await host.Schedules.ListAsync()).Single().Payload, Does.Contain("b"));
            Assert.That(await host.Schedules.RemoveAsync("nightly"), Is.True);
            Assert.That(await host.Schedules.ListAsync(), Is.Empty);
        });
    }

    [Test]
    public async Task An_unknown_one_is_no_error()
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync());
        Assert.Multiple(async () =>
        {
            Assert.That(await host.Schedules.GetAsync("none"), Is.Null);
            Assert.That(await host.Schedules.PauseAsync("none"), Is.False);
            Assert.That(await host.Schedules.ResumeAsync("none"), Is.False);
            Assert.That(await host.Schedules.RemoveAsync("none"), Is.False);
            Assert.That(await host.Schedules.TriggerAsync("none"), Is.Null);
        });
    }

    [Test]
    public async Task A_paused_one_does_not_fire_until_it_is_resumed_and_misses_nothing()
    {
        var runs = new Runs();
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), q => runs.On(q).AddCron("fence", "* * * * * *", new Work("x")));
        await host.Schedules.AddOrUpdateAsync("s", "* * * * * *", new Work("x"));
        await Signals.UntilAsync(() => runs.Seen.Any(r => r.Schedule == "s"), "a run");
        Assert.That(await host.Schedules.PauseAsync("s"), Is.True);
        var paused = (await host.Schedules.GetAsync("s"))!;
        var fence = runs.Seen.Count(r => r.Schedule == "fence");
        await Signals.UntilAsync(() => runs.Seen.Count(r => r.Schedule == "fence") >= fence + 3, "three ticks of the other");
        Assert.Multiple(async () =>
        {
            Assert.That(paused.State, Is.EqualTo(ScheduleState.Paused));
            Assert.That((await host.Schedules.GetAsync("s"))!.PreviousRun, Is.EqualTo(paused.PreviousRun));
        });
        Assert.That(await host.Schedules.ResumeAsync("s"), Is.True);
        await Signals.UntilAsync(() => runs.Seen.Any(r => r.Schedule == "s" && r.Occurrence > paused.PreviousRun), "a run after the pause");
        var gap = runs.Seen.Where(r => r.Schedule == "s").Select(r => r.Occurrence).Order().SkipWhile(o => o <= paused.PreviousRun).First() - paused.PreviousRun!.Value;
        Assert.That(gap, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(2)), "what fell into the pause does not run");
    }

    [Test]
    public async Task A_trigger_stores_a_job_now_that_knows_it()
    {
        var runs = new Runs();
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), q => runs.On(q).AddCron("s", "0 0 1 1 *", new Work("x")));
        await Signals.UntilAsync(async () => await host.Schedules.GetAsync("s") is not null, () => Task.FromResult("not defined"));
        var receipt = (await host.Schedules.TriggerAsync("s"))!.Value;
        var job = await host.Client.UntilAsync(receipt.JobId, JobState.Succeeded);
        Assert.That((job.Schedule!.Schedule, job.Schedule.IsTriggered), Is.EqualTo(("s", true)));
        var info = (await host.Schedules.GetAsync("s"))!;
        Assert.Multiple(() =>
        {
            Assert.That((runs.Seen.Single().Schedule, runs.Seen.Single().IsTriggered), Is.EqualTo(("s", true)));
            Assert.That((info.LastJobId, info.LastState, receipt.IsDuplicate), Is.EqualTo(((Guid?)receipt.JobId, (JobState?)JobState.Succeeded, false)));
            Assert.That(info.PreviousRun, Is.GreaterThan(TimeProvider.System.GetUtcNow().AddMinutes(-2)));
        });
    }

    [TestCase("", "0 * * * *", null, "Name")]
    [TestCase("Nightly", "0 * * * *", null, "Name")]
    [TestCase("it's", "0 * * * *", null, "Name")]
    [TestCase("s", "", null, "Cron")]
    public async Task B82_A_bad_definition_names_the_field_and_stores_nothing(string name, string cron, string? queue, string field)
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync());
        Assert.That(
            async () => await host.Schedules.AddOrUpdateAsync(name, cron, new Work("x"), o => o.Queue = queue),
            Throws.InstanceOf<InvalidScheduleException>().With.Property(nameof(InvalidScheduleException.Field)).EqualTo(field));
        Assert.That(await host.Schedules.ListAsync(), Is.Empty);
    }

    [Test]
    public async Task Every_bad_option_is_refused_by_name()
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync());
        Task Add(Action<ScheduleOptions> configure, string name = "s", string cron = "0 * * * *") => host.Schedules.AddOrUpdateAsync(name, cron, new Work("x"), configure);
        Assert.Multiple(async () =>
        {
            Assert.That(() => Add(static _ => { }, name: new string('a', 300)), Throws.InstanceOf<InvalidScheduleException>().With.Message.Contains("Name"));
            Assert.That(() => Add(static o => o.Queue = "No"), Throws.InstanceOf<InvalidJobException>().With.Message.Contains("Queue"));
            Assert.That(() => Add(static o => o.Priority = 1000), Throws.InstanceOf<InvalidJobException>().With.Message.Contains("Priority"));
            Assert.That(() => Add(static o => o.MaxAttempts = 0), Throws.InstanceOf<InvalidJobException>().With.Message.Contains("MaxAttempts"));
            Assert.That(() => Add(static o => o.Timeout = TimeSpan.Zero), Throws.InstanceOf<InvalidJobException>().With.Message.Contains("Timeout"));
            Assert.That(() => Add(static o => o.Gap = (DaylightGap)9), Throws.InstanceOf<InvalidScheduleException>().With.Message.Contains("Gap"));
            Assert.That(() => Add(static o => o.Overlap = (DaylightOverlap)9), Throws.InstanceOf<InvalidScheduleException>().With.Message.Contains("Overlap"));
            Assert.That(() => Add(static o => o.WhenRunning = (WhenRunning)9), Throws.InstanceOf<InvalidScheduleException>().With.Message.Contains("WhenRunning"));
            Assert.That(
                () => Add(static o => (o.MissedRuns, o.WhenRunning) = (MissedRuns.FireAll(2, TimeSpan.FromHours(1)), WhenRunning.Skip)),
                Throws.InstanceOf<InvalidScheduleException>().With.Message.Contains("MissedRuns: FireAll stores several jobs at once"));
            Assert.That(() => Add(static o => o.TimeZone = "Mars/Base"), Throws.InstanceOf<PgQueueException>().With.Message.Contains("Mars/Base"));
            Assert.That(() => Add(static o => o.Headers = new Dictionary<string, string> { ["pgqueue-schedule"] = "x" }), Throws.InstanceOf<InvalidJobException>().With.Message.Contains("pgqueue-"));
            Assert.That(() => Add(static _ => { }, cron: "* 24 * * *"), Throws.InstanceOf<CronFormatException>());
            Assert.That(() => host.Schedules.AddOrUpdateAsync<Work>("s", "0 * * * *", null!), Throws.InstanceOf<PayloadException>());
            Assert.That(await host.Schedules.ListAsync(), Is.Empty);
        });
    }
}
