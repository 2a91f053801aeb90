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
            Assert.That(second.Error, Does.Contain("it is cancelled"));
        }
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
