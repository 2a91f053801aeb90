namespace PgQueue.CliTests;

/// <summary>Acts on one job.</summary>
internal sealed class ActTests
{
    private QueueOf _queue;

    [OneTimeSetUp]
    public async Task Open() => _queue = await QueueOf.MakeAsync();

    [OneTimeTearDown]
    public async Task Close() => await _queue.DisposeAsync();

    [Test]
    public async Task Retry_runs_a_finished_job_again_once()
    {
        var job = await _queue.EndedAsync(new Work(Error: "no"));
        var first = await _queue.RunAsync("retry", job.ToString(), "--json");
        var second = await _queue.RunAsync("retry", job.ToString(), "--json");
        var copy = first.Json.GetProperty("runsAs").GetGuid();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((first.Code, second.Code), Is.EqualTo((0, 0)), $"{first}{second}");
            Assert.That(first.Json.GetProperty("outcome").GetString(), Is.EqualTo("copied"));
            Assert.That(second.Json.GetProperty("outcome").GetString(), Is.EqualTo("copiedBefore"));
            Assert.That(second.Json.GetProperty("runsAs").GetGuid(), Is.EqualTo(copy));
            Assert.That((await _queue.Jobs.GetAsync(copy))!.RetryOf, Is.EqualTo(job));
        }

        var ready = await _queue.RunAsync("retry", copy.ToString());
        Assert.That(ready.Code, Is.EqualTo(1), ready.ToString());
        Assert.That(ready.Error, Does.Contain("it is ready or running"));
    }

    [Test]
    public async Task Retry_makes_a_scheduled_job_ready()
    {
        var job = (await _queue.Jobs.EnqueueAsync(new Work(), new EnqueueOptions { Delay = TimeSpan.FromHours(5) })).JobId;
        var result = await _queue.RunAsync("retry", job.ToString());
        Assert.That(result.Out, Is.EqualTo($"Job {job} was scheduled and is ready now.\n"), result.ToString());
        Assert.That((await _queue.Jobs.GetAsync(job))!.State, Is.EqualTo(JobState.Ready));
    }

    [Test]
    public async Task Cancel_ends_a_scheduled_job_once_and_keeps_the_reason()
    {
        var job = (await _queue.Jobs.EnqueueAsync(new Work(), new EnqueueOptions { Delay = TimeSpan.FromHours(5) })).JobId;
        var first = await _queue.RunAsync("cancel", job.ToString(), "--reason", "not wanted");
        var second = await _queue.RunAsync("cancel", job.ToString());
        var found = (await _queue.Jobs.GetAsync(job))!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((first.Code, second.Code), Is.EqualTo((0, 1)), $"{first}{second}");
            Assert.That(found.State, Is.EqualTo(JobState.Cancelled));
            Assert.That(found.Attempts[^1].Error, Does.Contain("not wanted"));
            Assert.That(second.Error, Does.Contain("it has finished"));
        }
    }

    [Test]
    public async Task Discard_ends_a_waiting_job_as_failed()
    {
        var job = (await _queue.Jobs.EnqueueAsync(new Work())).JobId;
        var result = await _queue.RunAsync("discard", job.ToString(), "--reason", "broken", "--json");
        Assert.That(result.Json.GetProperty("outcome").GetString(), Is.EqualTo("done"), result.ToString());
        Assert.That((await _queue.Jobs.GetAsync(job))!.State, Is.EqualTo(JobState.Failed));
    }

    [Test]
    public async Task Reschedule_gives_a_waiting_job_another_time()
    {
        var job = (await _queue.Jobs.EnqueueAsync(new Work())).JobId;
        var at = await _queue.RunAsync("reschedule", job.ToString(), "--at", "2999-01-02T03:04Z");
        Assert.That(at.Out, Is.EqualTo($"Job {job} is rescheduled to 2999-01-02 03:04:00Z.\n"), at.ToString());
        Assert.That((await _queue.Jobs.GetAsync(job))!.ScheduledFor, Is.EqualTo(new DateTimeOffset(2999, 1, 2, 3, 4, 0, TimeSpan.Zero)));
        var before = TimeProvider.System.GetUtcNow();
        Assert.That((await _queue.RunAsync("reschedule", job.ToString(), "--in", "1d12h")).Code, Is.Zero);
        Assert.That((await _queue.Jobs.GetAsync(job))!.ScheduledFor, Is.InRange(before.AddHours(36), before.AddHours(37)));
        Assert.That((await _queue.RunAsync("reschedule", job.ToString())).Code, Is.EqualTo(2));
        Assert.That((await _queue.RunAsync("reschedule", job.ToString(), "--in", "1h", "--at", "now")).Code, Is.EqualTo(2));
    }

    [Test]
    public async Task Priority_is_changed_within_its_range()
    {
        var job = (await _queue.Jobs.EnqueueAsync(new Work(), new EnqueueOptions { Delay = TimeSpan.FromHours(1) })).JobId;
        var done = await _queue.RunAsync("priority", job.ToString(), "--to", "-50");
        var wrong = await _queue.RunAsync("priority", job.ToString(), "--to", "101");
        Assert.That((done.Code, wrong.Code), Is.EqualTo((0, 2)), $"{done}{wrong}");
        Assert.That((await _queue.Jobs.GetAsync(job))!.Priority, Is.EqualTo(-50));
        Assert.That(wrong.Error, Does.StartWith("pgqueue: --to: \"101\""));
    }

    [TestCase("queue", "mails")]
    [TestCase("type", "mail:*")]
    public async Task A_pause_is_made_listed_and_ended_and_the_record_tells_who_did_it(string kind, string name)
    {
        var first = await _queue.RunAsync("pause", kind, name, "--reason", "the provider is down", "--json");
        var second = await _queue.RunAsync("pause", kind, name);
        var list = await _queue.RunAsync("pauses", "--json");
        var resumed = await _queue.RunAsync("resume", kind, name);
        var again = await _queue.RunAsync("resume", kind, name, "--json");
        var audit = await _queue.RunAsync("audit", "--json", "--size", "100");
        var pause = list.Json.GetProperty("pauses").EnumerateArray().Single(p => p.GetProperty("name").GetString() == name);
        var lines = audit.Json.GetProperty("lines").EnumerateArray().Where(l => l.GetProperty("target").GetString()!.Contains(name, StringComparison.Ordinal)).ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(new[] { first.Code, second.Code, resumed.Code, again.Code, audit.Code }, Is.All.Zero);
            Assert.That(first.Json.GetProperty("changed").GetBoolean(), Is.True);
            Assert.That(second.Out, Does.Contain("was paused already"));
            Assert.That(pause.GetProperty("kind").GetString(), Is.EqualTo(kind));
            Assert.That(pause.GetProperty("reason").GetString(), Is.EqualTo("the provider is down"));
            Assert.That(pause.GetProperty("actor").GetString(), Is.EqualTo($"{Environment.UserName}@{Environment.MachineName} pgqueue"));
            Assert.That(again.Json.GetProperty("changed").GetBoolean(), Is.False);
            Assert.That(lines.Select(l => l.GetProperty("act").GetString()), Is.SupersetOf(new[] { $"pause-{kind}", $"resume-{kind}" }));
            Assert.That(lines.Select(l => l.GetProperty("actor").GetString()), Is.All.EqualTo(pause.GetProperty("actor").GetString()));
        }

        Assert.That((await _queue.RunAsync("audit")).Out, Does.Match($"pause-{kind} +1 +"));
    }

    [Test]
    public async Task Schedules_are_listed_paused_resumed_triggered_and_removed()
    {
        await _queue.Schedules.AddOrUpdateAsync("nightly", "0 2 * * *", new Work());
        var list = await _queue.RunAsync("schedules", "--json");
        var schedule = list.Json.GetProperty("schedules").EnumerateArray().Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(schedule.GetProperty("name").GetString(), Is.EqualTo("nightly"));
            Assert.That(schedule.GetProperty("cron").GetString(), Is.EqualTo("0 2 * * *"));
            Assert.That(schedule.GetProperty("state").GetString(), Is.EqualTo("active"));
        }

        Assert.That((await _queue.RunAsync("schedules", "pause", "nightly")).Out, Is.EqualTo("Schedule nightly is paused.\n"));
        Assert.That((await _queue.RunAsync("schedules")).Out, Does.Match("nightly +paused +0 2"));
        Assert.That((await _queue.RunAsync("schedules", "resume", "nightly", "--json")).Json.GetProperty("act").GetString(), Is.EqualTo("resume"));
        Assert.That((await _queue.Schedules.GetAsync("nightly"))!.State, Is.EqualTo(ScheduleState.Active));
        var triggered = await _queue.RunAsync("schedules", "trigger", "nightly", "--json");
        Assert.That((await _queue.Jobs.GetAsync(triggered.Json.GetProperty("jobId").GetGuid()))!.Schedule!.Schedule, Is.EqualTo("nightly"));
        Assert.That((await _queue.RunAsync("schedules", "remove", "nightly")).Code, Is.Zero);
        var gone = await _queue.RunAsync("schedules", "pause", "nightly");
        Assert.That(gone.Code, Is.EqualTo(1), gone.ToString());
        Assert.That(gone.Error, Does.Contain("There is no schedule \"nightly\""));
    }
}
