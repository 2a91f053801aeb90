using Microsoft.Extensions.DependencyInjection;
using PgQueue.Tests.Storage;

namespace PgQueue.Tests.Scheduling;

[Parallelizable(ParallelScope.Children)]
internal sealed class DefinitionTests
{
    private const string Yearly = "0 0 1 1 *";
    private const string Monthly = "0 0 1 * *";

    [Test]
    public async Task A_changed_definition_takes_over_and_the_old_process_goes_on_by_it()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var old = await StartAsync(database, Yearly);
        await UntilAsync(old, Yearly);
        await using var @new = await StartAsync(database, Monthly);
        await UntilAsync(@new, Monthly);
        await Signals.UntilAsync(() => old.Log.Count(703) == 1, "the old process says that its definition is older");
        Assert.That((await old.Schedules.GetAsync("s"))!.Cron, Is.EqualTo(Monthly));
    }

    [Test]
    public async Task An_old_process_that_starts_again_does_not_bring_the_old_definition_back()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using (var old = await StartAsync(database, Yearly))
            await UntilAsync(old, Yearly);
        await using var @new = await StartAsync(database, Monthly);
        await UntilAsync(@new, Monthly);
        await using var again = await StartAsync(database, Yearly);
        await Signals.UntilAsync(() => again.Log.Count(703) == 1, "it says so");
        Assert.That((await again.Schedules.GetAsync("s"))!.Cron, Is.EqualTo(Monthly));
    }

    [Test]
    public async Task A_definition_that_was_rolled_back_to_takes_over_when_the_last_process_with_the_other_has_gone()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using (var old = await StartAsync(database, Yearly))
            await UntilAsync(old, Yearly);
        await using (var @new = await StartAsync(database, Monthly))
            await UntilAsync(@new, Monthly);
        await using var again = await StartAsync(database, Yearly);
        await UntilAsync(again, Yearly);
    }

    [Test]
    public async Task What_the_client_changed_is_its_own_until_it_is_removed()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using (var first = await StartAsync(database, Yearly))
        {
            await UntilAsync(first, Yearly);
            await first.Schedules.AddOrUpdateAsync("s", Monthly, new Work("x"));
        }

        await using var second = await StartAsync(database, Yearly);
        await Signals.UntilAsync(() => second.Log.Count(702) == 1, "it says so");
        var info = (await second.Schedules.GetAsync("s"))!;
        Assert.That((info.Cron, info.Source), Is.EqualTo((Monthly, ScheduleSource.Client)));
        Assert.That(await second.Schedules.RemoveAsync("s"), Is.True);
    }

    [Test]
    public async Task A_start_leaves_alone_what_others_define()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var first = await StartAsync(database, Yearly);
        await UntilAsync(first, Yearly);
        await first.Schedules.AddOrUpdateAsync("by-client", Monthly, new Work("x"));
        await using var second = await TestHost.StartAsync(database, static q => q.OnWork().AddCron("other", Monthly, new Work("x")));
        await Signals.UntilAsync(async () => (await second.Schedules.ListAsync()).Count == 3, () => Task.FromResult("not three"));
        var all = await second.Schedules.ListAsync();
        Assert.That(all.Select(s => (s.Name, s.State)), Is.EqualTo(new[]
        {
            ("by-client", ScheduleState.Active), ("other", ScheduleState.Active), ("s", ScheduleState.Active),
        }));
    }

    [Test]
    public async Task One_whose_processes_have_all_gone_is_orphaned_and_can_be_removed()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using (var first = await StartAsync(database, "* * * * * *"))
        {
            await UntilAsync(first, "* * * * * *");
            Assert.That(
                async () => await first.Schedules.RemoveAsync("s"),
                Throws.InstanceOf<InvalidScheduleException>().With.Message.Contains("live process"));
        }

        await using var other = await TestHost.StartAsync(database, static q => q.OnWork().AddCron("fence", "* * * * * *", new Work("x")));
        await using var session = await Session.OpenAsync(database);
        var before = await session.OneAsync<long>("select count(*) from /*schema*/occurrence where schedule = 's'");
        await Signals.UntilAsync(async () => (await other.Schedules.GetAsync("fence"))?.PreviousRun is not null, () => Task.FromResult("no run"));
        Assert.Multiple(async () =>
        {
            Assert.That((await other.Schedules.GetAsync("s"))!.State, Is.EqualTo(ScheduleState.Orphaned));
            Assert.That(await session.OneAsync<long>("select count(*) from /*schema*/occurrence where schedule = 's'"), Is.EqualTo(before), "nobody fires it");
            Assert.That(await other.Schedules.RemoveAsync("s"), Is.True);
        });
    }

    [Test]
    public async Task One_whose_type_has_no_handler_waits_and_shows_it_and_runs_when_one_comes()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using (var without = await TestHost.StartAsync(database, static q => q.On<Errand>(static (_, _, _) => Task.CompletedTask).AddCron("s", "0 * * * *", new Work("x"))))
        {
            await UntilAsync(without, "0 * * * *");
            await using var session = await Session.OpenAsync(database);
            await session.RunAsync("update /*schema*/schedule set next_at = date_trunc('hour', now()) - interval '2 hours'");
            Assert.That((await without.Schedules.GetAsync("s"))!.State, Is.EqualTo(ScheduleState.Waiting));
            await Signals.UntilAsync(() => without.Log.Count(705) == 1, "it says so");
        }

        var runs = new Runs();
        await using var with = await TestHost.StartAsync(database, q => runs.On(q).AddCron("s", "0 * * * *", new Work("x")));
        await runs.UntilAsync(1);
        Assert.That(runs.Seen[0].MissedSince, Is.Not.Null);
    }

    [Test]
    public async Task B86_Two_processes_with_different_expressions_settle_on_one()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        var hosts = await Task.WhenAll(StartAsync(database, Yearly), StartAsync(database, Monthly));
        await Signals.UntilAsync(() => hosts.Sum(h => h.Log.Count(703)) == 1, "one of the two waits");
        Assert.That(hosts.Sum(h => h.Log.Count(701)), Is.InRange(1, 2));
        foreach (var host in hosts)
            await host.DisposeAsync();
    }

    [Test]
    public async Task A_change_of_the_payload_alone_does_not_move_the_next_run()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using (var first = await TestHost.StartAsync(database))
            await first.Schedules.AddOrUpdateAsync("s", "0 * * * *", new Work("old"));
        await using var session = await Session.OpenAsync(database);
        await session.RunAsync("update /*schema*/schedule set next_at = date_trunc('hour', now()) - interval '2 hours'");
        await using var second = await TestHost.StartAsync(database);
        var info = await second.Schedules.AddOrUpdateAsync("s", "0 * * * *", new Work("new"));
        Assert.Multiple(() =>
        {
            Assert.That(info.NextRun, Is.LessThan(TimeProvider.System.GetUtcNow().AddHours(-1)), "the missed runs are not forgotten");
            Assert.That(info.Payload, Does.Contain("new"));
        });
    }

    private static Task<TestHost> StartAsync(string database, string cron) =>
        TestHost.StartAsync(database, q => q.OnWork().AddCron("s", cron, new Work("x")));

    private static Task UntilAsync(TestHost host, string cron) => Signals.UntilAsync(
        async () => (await host.Schedules.GetAsync("s"))?.Cron == cron, () => Task.FromResult($"not {cron}:\n{host.Log.All}"));
}
