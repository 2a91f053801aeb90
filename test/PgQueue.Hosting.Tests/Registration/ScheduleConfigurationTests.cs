using Microsoft.Extensions.DependencyInjection;
using PgQueue.Tests.Scheduling;

namespace PgQueue.Tests.Registration;

[Parallelizable(ParallelScope.Children)]
internal sealed class ScheduleConfigurationTests
{
    private const string Work = """ "Type": "work", "Payload": { "name": "x" } """;

    [Test]
    public async Task A_schedule_of_the_configuration_runs()
    {
        var seen = Signals.New<Sheet>();
        var configuration = Json.Configuration(
            """
            { "PgQueue": { "Schedules": { "sheet": { "Cron": "* * * * * *", "TimeZone": "Europe/Dublin", "MissedRuns": "FireAll(5, 01:00:00)", "WhenRunning": "Run",
              "Type": "sheet", "Payload": { "title": "Hourly", "pages": 3, "share": 0.5, "isDraft": true, "tags": ["a", "b"], "part": { "id": "7f1d3c2e-4d43-4a84-9a5c-0d1f60a0b3b1" } } } } } }
            """);
        await using var host = await TestHost.StartAsync(
            await TestDatabase.CreateMigratedAsync(),
            q => q.On<Sheet>((sheet, _, _) =>
            {
                seen.TrySetResult(sheet);
                return Task.CompletedTask;
            }),
            services: s => s.AddSingleton<Microsoft.Extensions.Configuration.IConfiguration>(configuration));
        var sheet = await Signals.Of(seen, "the job");
        var info = (await host.Schedules.GetAsync("sheet"))!;
        Assert.Multiple(() =>
        {
            Assert.That((sheet.Title, sheet.Pages, sheet.Share, sheet.IsDraft), Is.EqualTo(("Hourly", 3, 0.5, true)));
            Assert.That(sheet.Tags, Is.EqualTo(new[] { "a", "b" }));
            Assert.That(sheet.Part.Id, Is.EqualTo(Guid.Parse("7f1d3c2e-4d43-4a84-9a5c-0d1f60a0b3b1")));
            Assert.That((info.TimeZone, info.MissedRuns, info.WhenRunning), Is.EqualTo(("Europe/Dublin", MissedRuns.FireAll(5, TimeSpan.FromHours(1)), WhenRunning.Run)));
        });
    }

    [Test]
    public async Task The_configuration_goes_over_code()
    {
        var configuration = Json.Configuration("""{ "PgQueue": { "Schedules": { "s": { "Cron": "* * * * * *", "Priority": 5 } } } }""");
        var runs = new Runs();
        await using var host = await TestHost.StartAsync(
            await TestDatabase.CreateMigratedAsync(), q => runs.On(q).AddCron("s", "0 0 1 1 *", new Work("x"), static o => (o.Priority, o.MaxAttempts) = (1, 2)),
            services: s => s.AddSingleton<Microsoft.Extensions.Configuration.IConfiguration>(configuration));
        await runs.UntilAsync(1);
        var info = (await host.Schedules.GetAsync("s"))!;
        Assert.That((info.Priority, info.MaxAttempts, info.Source), Is.EqualTo((5, 2, ScheduleSource.Code)));
    }

    [TestCase($$"""{ "s": { {{Work}} } }""", "PgQueue:Schedules:s: Cron: it is missing")]
    [TestCase($$"""{ "s": { "Cron": "0 * * *", {{Work}} } }""", "PgQueue:Schedules:s: ")]
    [TestCase($$"""{ "Big": { "Cron": "0 * * * *", {{Work}} } }""", "PgQueue:Schedules:Big: Name: \"Big\" is no schedule name")]
    [TestCase($$"""{ "s": { "Cron": "0 * * * *", "TimeZone": "Mars/Base", {{Work}} } }""", "PgQueue:Schedules:s: ")]
    [TestCase($$"""{ "s": { "Cron": "0 * * * *", "Enabled": "maybe", {{Work}} } }""", "PgQueue:Schedules:s:Enabled (\"maybe\") must be true or false")]
    [TestCase($$"""{ "s": { "Cron": "0 * * * *", "MissedRuns": "FireAll", {{Work}} } }""", "PgQueue:Schedules:s:MissedRuns (\"FireAll\") must be FireOnce, Skip, or FireAll(max, window)")]
    [TestCase($$"""{ "s": { "Cron": "0 * * * *", "Overlap": "Twice", {{Work}} } }""", "PgQueue:Schedules:s:Overlap (\"Twice\") must be one of Auto, First, Last, Both")]
    [TestCase($$"""{ "s": { "Corn": "0 * * * *", {{Work}} } }""", "PgQueue:Schedules:s:Corn is no setting. Did you mean PgQueue:Schedules:s:Cron?")]
    [TestCase("""{ "s": { "Cron": "0 * * * *", "Type": "wrok", "Payload": { "name": "x" } } }""", "PgQueue:Schedules:s: Type: \"wrok\" has no handler in this process, so its payload cannot be read. Did you mean \"work\"?")]
    [TestCase("""{ "s": { "Cron": "0 * * * *", "Payload": { "name": "x" } } }""", "PgQueue:Schedules:s: Type: it is missing")]
    [TestCase("""{ "s": { "Cron": "0 * * * *", "Type": "work" } }""", "PgQueue:Schedules:s: Payload $")]
    [TestCase("""{ "s": { "Cron": "0 * * * *", "Type": "work", "Payload": { "name": "x", "nmae": "y" } } }""", "PgQueue:Schedules:s: Payload $.nmae")]
    [TestCase("""{ "s": { "Cron": "0 * * * *", "Type": "work", "Payload": { "name": "x" }, "MissedRuns": "FireAll(5, 01:00:00)", "WhenRunning": "Skip" } }""", "PgQueue:Schedules:s: MissedRuns: FireAll stores several jobs")]
    public void A_wrong_entry_is_named_by_its_path(string schedules, string error)
    {
        var errors = Json.StartErrors(Json.With($$"""{ "Schedules": {{schedules}} }"""), static s => s.AddPgQueue().OnWork());
        Assert.That(errors, Has.Some.StartsWith(error));
    }

    [Test]
    public void A_type_whose_handler_takes_another_payload_is_refused()
    {
        var errors = Json.StartErrors(Json.With("""{ "Schedules": { "s": { "Type": "errand" } } }"""), static s => s.AddPgQueue()
            .OnWork().On<Errand>(static (_, _, _) => Task.CompletedTask).AddCron("s", "0 * * * *", new Work("x")));
        Assert.That(errors, Has.Some.Contains("Type: the handler of \"errand\" takes Errand, and the payload is Work."));
    }

    [Test]
    public void All_wrong_schedules_are_found_at_once_and_those_of_code_say_so()
    {
        var errors = Json.StartErrors(Json.With("""{ "Schedules": { "a": { "Cron": "x", "Type": "work", "Payload": { "name": "x" } } } }"""), static s => s.AddPgQueue()
            .OnWork().AddCron("b", "* 24 * * *", new Work("x")).AddCron("c", "0 * * * *", new Work("x")).AddCron("c", "0 * * * *", new Work("x")));
        Assert.That(errors, Has.Length.EqualTo(3));
        Assert.That(errors, Has.Some.StartsWith("PgQueue:Schedules:a: ").And.Some.StartsWith("AddCron(\"b\"), PgQueue:Schedules:b: ").And.Some.Contains("schedule \"c\" is added 2 times"));
    }

    [Test]
    public async Task A_process_without_handlers_defines_nothing_and_says_so()
    {
        var configuration = Json.Configuration($$"""{ "PgQueue": { "Schedules": { "s": { "Cron": "* * * * * *", {{Work}} } } } }""");
        await using var host = await TestHost.StartAsync(
            await TestDatabase.CreateMigratedAsync(), services: s => s.AddSingleton<Microsoft.Extensions.Configuration.IConfiguration>(configuration));
        Assert.That(host.Log.All, Does.Contain("defines and fires no schedules"));
        Assert.That(await host.Schedules.ListAsync(), Is.Empty);
    }

    [Test]
    public async Task A_named_queue_has_schedules_of_its_own()
    {
        var runs = new Runs();
        var database = await TestDatabase.CreateMigratedAsync();
        var configuration = Json.Configuration("""{ "PgQueue": { "billing": { "Schedules": { "s": { "Cron": "* * * * * *" } } } } }""");
        await using var host = await TestHost.StartAsync(database, services: s =>
        {
            s.AddSingleton<Microsoft.Extensions.Configuration.IConfiguration>(configuration);
            runs.On(s.AddPgQueue("billing", o => (o.ConnectionString, o.Schema) = (TestHost.Pooled(database), "billing"))).AddCron("s", "0 0 1 1 *", new Work("x"));
        });
        await runs.UntilAsync(2);
        Assert.That(await host.Schedules.ListAsync(), Is.Empty, "the unnamed queue's");
        Assert.That((await host.Services.GetRequiredKeyedService<IScheduleClient>("billing").ListAsync()).Single().Cron, Is.EqualTo("* * * * * *"));
    }

    internal sealed record Sheet(string Title, int Pages, double Share, bool IsDraft, IReadOnlyList<string> Tags, SheetPart Part);

    internal sealed record SheetPart(Guid Id);
}
